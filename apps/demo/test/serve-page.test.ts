// The observer page in a real browser, served by the real command.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { cliPath, filesIn } from './cli.js';

jest.setTimeout(120_000);

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const hasBrowser = existsSync(executablePath);
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'];

let folder = '';
let serving: ChildProcess;
let url = '';
let browser: Browser | undefined;
let page: Page;
const errors: string[] = [];
beforeAll(async () => {
  if (!hasBrowser) return;
  folder = await mkdtemp(join(tmpdir(), 'serve-'));
  serving = spawn(process.execPath, [cliPath, 'serve', folder, '--port', '0', '--json']);
  for await (const line of createInterface({ input: serving.stdout as NodeJS.ReadableStream })) {
    url = JSON.parse(line).url;
    break;
  }
  browser = await chromium.launch({ executablePath, args });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(url);
  await connected();
});
afterAll(async () => {
  await browser?.close();
  if (!hasBrowser) return;
  if (serving.exitCode === null && serving.signalCode === null) {
    serving.kill('SIGKILL');
    await once(serving, 'close');
  }
  await rm(folder, { recursive: true, force: true });
});

const connected = () => page.getByText('connected', { exact: true }).waitFor();
const row = (name: string) => page.getByRole('row').filter({ hasText: name });
const button = (name: string) => page.getByRole('button', { name, exact: true });

/** Without a browser a test says so and passes; where one is required, as in CI, it fails. */
const inBrowser = (title: string, work: () => Promise<void>) =>
  test(title, async () => {
    if (hasBrowser) return work();
    if (process.env.MEMVISOR_REQUIRE_BROWSER !== undefined)
      throw new Error(`no browser at ${executablePath}`);
    console.warn(`not tested: no browser at ${executablePath} (CHROMIUM_PATH)`);
  });

inBrowser('a process that is killed comes back, and the page tells why', async () => {
  await row('encoders').waitFor();
  expect(await page.locator('tbody tr').count()).toBe(4);
  expect(await page.getByText('Nothing has crashed').isVisible()).toBe(true);
  const pid = await row('encoders').getByRole('gridcell').nth(1).textContent();

  await button('kill encoders').click();
  await page.getByText('EncoderSupervisor ended: killed').waitFor();
  await page.getByText('EncoderSupervisor is started again').waitFor();
  await row('encoders').getByRole('gridcell', { name: '1', exact: true }).waitFor();
  expect(await row('encoders').getByRole('gridcell').nth(1).textContent()).not.toBe(pid);
});

inBrowser('the keyboard alone is enough: arrows move and fold, a letter stops a process', async () => {
  await page.getByLabel('Filter').focus();
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate('document.activeElement.cells[0].textContent');
  expect(await focused()).toContain('memvisor');
  await page.keyboard.press('ArrowLeft');
  expect(await page.locator('tbody tr').count()).toBe(1);
  await page.keyboard.press('ArrowRight');
  expect(await page.locator('tbody tr').count()).toBe(4);
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  expect(await focused()).toContain('retrievers');
  await page.keyboard.press('s');
  await row('retrievers').getByRole('gridcell', { name: '1', exact: true }).waitFor();
});

inBrowser('a lost connection shows, and is made again when the page is back', async () => {
  const lost = page.locator('body.lost').waitFor();
  await button('kill observer page').click();
  await lost;
  await connected();
  await row('observer page').getByRole('gridcell', { name: '1', exact: true }).waitFor();
});

inBrowser('a text becomes a video that answers and plays; what is in it is never markup', async () => {
  await page.getByLabel('Name').fill('../ships');
  await page
    .getByLabel('Text', { exact: true })
    .fill('The <img src="x" onerror="alert(1)"> ship sailed north in May.');
  await button('Encode').click();
  await page.getByText('name: expected letters').waitFor();
  await page.getByLabel('Name').fill('ships');
  await button('Encode').click();
  await page.getByText('completed').waitFor();
  expect(filesIn(folder)).toEqual(['ships.mp4', 'ships.mvx']);

  await page.getByLabel('Question').fill('Which month did the vessel leave?');
  await button('Search').click();
  await page.getByText('sailed north in May').last().waitFor();
  expect(await page.locator('#results').textContent()).toContain('<img src="x"');
  expect(await page.locator('img').count()).toBe(0);
  await page.getByRole('button', { name: /show frame/ }).click();
  await page.locator('video').waitFor();
  // Not `waitForFunction`: from its second look on it needs `eval`, which the page forbids.
  await page.evaluate(`new Promise((loaded) => {
    const video = document.querySelector('video');
    if (video.readyState >= 2) loaded();
    else video.addEventListener('loadeddata', () => loaded(), { once: true });
  })`);
  expect(await page.evaluate('document.querySelector("video").videoWidth')).toBeGreaterThan(100);
});

inBrowser('nothing overflows, on a wide screen or a narrow one', async () => {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await button('kill encoders').isVisible()).toBe(true);
  }
});

inBrowser('an interrupt ends all in order, and the page waits for it to come back', async () => {
  const lost = page.locator('body.lost').waitFor();
  serving.kill('SIGINT');
  expect(await once(serving, 'close')).toEqual([null, 'SIGINT']);
  await lost;
  expect(errors).toEqual([]);
});
