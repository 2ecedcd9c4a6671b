# Reads a video as memvid v1 does: cv2.VideoCapture, a frame at a time, cv2.QRCodeDetector; and the FAISS file beside it.
# PYTHON=<python> npm run interop:check -- --readers python
import json
import sys

try:
    import cv2
except ImportError:
    print('this Python has no OpenCV (pip install opencv-python-headless faiss-cpu)')
    sys.exit(3)

# Debian's 4.6 is built without QUIRC: it finds codes and decodes none.
simple = cv2.QRCodeEncoder_create().encode('simple')
simple = cv2.copyMakeBorder(cv2.resize(simple, None, fx=8, fy=8, interpolation=0), 64, 64, 64, 64, 0, value=255)
if cv2.QRCodeDetector().detectAndDecode(simple)[0] != 'simple':
    print('OpenCV %s here decodes no QR code at all' % cv2.__version__)
    sys.exit(3)

video = sys.argv[1]
capture = cv2.VideoCapture(video)
payloads = []
while True:
    # memvid seeks to each frame.
    capture.set(cv2.CAP_PROP_POS_FRAMES, len(payloads))
    there, frame = capture.read()
    if not there:
        break
    text, points, straight = cv2.QRCodeDetector().detectAndDecode(frame)
    payloads.append(text)
result = {'version': 'OpenCV ' + cv2.__version__, 'payloads': payloads}
try:
    import faiss
    index = faiss.read_index(video.rsplit('.', 1)[0] + '_index.faiss')
    result['vectors'] = {'version': faiss.__version__, 'count': index.ntotal}
except ImportError:
    print('faiss is not in this Python: its file is not checked', file=sys.stderr)
print(json.dumps(result))
