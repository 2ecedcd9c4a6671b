// Compiling is the test: each `@ts-expect-error` fails to compile when the types loosen.
import { expect, test } from '@jest/globals';
import {
  anything,
  type Call,
  type Context,
  call,
  cast,
  childSpec,
  defineGenServer,
  defineRegistry,
  type Guard,
  noreply,
  ok,
  type Pid,
  reply,
  start,
  variable,
} from '../../src/index.js';

type Cart = { call: Call<{ type: 'items' }, readonly string[]>; cast: { type: 'add'; item: string } };
type Other = { call: Call<{ type: 'ping' }, 'pong'> };

const carts = defineRegistry<string, { readonly vip: boolean }, Cart, { currency: string }>({
  name: 'carts',
  keys: 'unique',
});
const topics = defineRegistry<readonly [string, number]>({ name: 'topics', keys: 'duplicate' });

const cart = defineGenServer<Cart, readonly string[], string>({
  init: (user, ctx) => {
    carts.register(ctx, user, { vip: true });
    // @ts-expect-error the key is a text
    carts.register(ctx, 5, { vip: true });
    // @ts-expect-error the value is missing
    carts.register(ctx, user);
    // @ts-expect-error the value is of another type
    carts.register(ctx, user, { vip: 'yes' });
    topics.register(ctx, ['a', 1]);
    // @ts-expect-error this registry's entries have no values
    topics.register(ctx, ['a', 1], 'value');
    // @ts-expect-error the key is a pair
    topics.register(ctx, 'a');
    return ok([]);
  },
  call: { items: (_request, items) => reply(items, items) },
  cast: { add: ({ item }, items) => noreply([...items, item]) },
});

const uses = async (stranger: Context<Other>): Promise<void> => {
  // @ts-expect-error only processes with the registry's protocol may register
  carts.register(stranger, 'ada', { vip: true });
  // Without a protocol any process may.
  topics.register(stranger, ['a', 1]);

  const name = carts.via('ada', { vip: false });
  // @ts-expect-error the key of a via name is checked as well
  carts.via(7);
  // @ts-expect-error and so is its value
  carts.via('ada', 'vip');
  const items: readonly string[] = await call(name, { type: 'items' });
  // @ts-expect-error the reply is a list of texts
  const wrong: number = await call(name, { type: 'items' });
  // @ts-expect-error a request that a cart does not know
  await call(name, { type: 'ping' });
  // @ts-expect-error a cast that a cart does not know
  cast(name, { type: 'remove' });
  await start(cart, 'ada', { name });
  const other = defineGenServer<Other, undefined>({
    init: () => ok(undefined),
    call: { ping: (_request, state) => reply('pong', state) },
  });
  // @ts-expect-error a server of another protocol can't have this name
  await start(other, undefined, { name });

  const pid: Pid<Cart> | undefined = carts.whereis('ada');
  for (const entry of carts.lookup('ada')) cast(entry.pid, { type: 'add', item: String(entry.value.vip) });
  // @ts-expect-error keys of this registry are texts
  carts.lookup(5);

  carts.match('ada', { vip: true });
  carts.match('ada', { vip: variable(1) }, [['==', variable(1), true]]);
  carts.match('ada', anything);
  carts.match('ada', ({ vip }) => vip);
  // @ts-expect-error no cart has this field
  carts.match('ada', { color: 'red' });
  // @ts-expect-error nor this value
  carts.match('ada', { vip: 'yes' });
  // @ts-expect-error an operator that does not exist
  const guard: Guard = ['bigger', variable(1), 1];
  carts.select({ key: 'ada', value: { vip: true } });
  // @ts-expect-error an entry has no such field
  carts.select({ name: 'ada' });

  const currency: string | undefined = carts.meta('currency');
  // @ts-expect-error this metadata does not exist
  carts.meta('color');
  // @ts-expect-error a currency is a text
  carts.putMeta('currency', 5);

  const updated = carts.updateValue({ self: pid as Pid<Cart> }, 'ada', ({ vip }) => ({ vip: !vip }));
  // @ts-expect-error there is a value only where there was an entry
  const value: { vip: boolean } = updated.value;

  // @ts-expect-error with duplicate keys there are no via names
  topics.via(['a', 1]);
  // @ts-expect-error nor one value to update
  topics.updateValue({ self: pid as Pid<Cart> }, ['a', 1], () => undefined);

  childSpec(carts, undefined);
  // @ts-expect-error a registry takes no arguments
  childSpec(carts, { name: 'carts' });
  void [items, wrong, guard, currency, value];
};

// @ts-expect-error the kind of keys must be said
const unsaid = () => defineRegistry({ name: 'x' });

test('the types above hold', () => {
  expect([uses, unsaid]).toHaveLength(2);
});
