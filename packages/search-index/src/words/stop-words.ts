/** English words that carry no topic. Short on purpose: a word left in costs little, one left out can't be asked for. */
export const stopWords: ReadonlySet<string> = new Set(
  `a about all also am an and any are as at be because been being but by can could did do does doing down
  each few for from had has have having he her here hers him his how i if in into is it its itself just me
  more most my no nor not of off on once only or other our out over own same she should so some such than
  that the their them then there these they this those through to too under until up very was we were what
  when where which while who whom why will with would you your`.split(/\s+/),
);
