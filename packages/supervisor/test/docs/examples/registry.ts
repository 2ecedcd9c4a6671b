import {
  type Call,
  call,
  childSpec,
  DynamicSupervisor,
  type DynamicSupervisorProtocol,
  defineGenServer,
  defineRegistry,
  dynamicSupervisor,
  ok,
  processName,
  reply,
  startSupervisor,
  stopServer,
} from '../../../src/index.js';

type Cart = { call: Call<{ type: 'add'; item: string }, number> };
const cart = defineGenServer<Cart, string[], string>({
  name: 'cart',
  init: () => ok([]),
  call: { add: ({ item }, items) => reply(items.length + 1, [...items, item]) },
});
const carts = defineRegistry<string, undefined, Cart>({ name: 'carts', keys: 'unique' });

const openCarts = processName<DynamicSupervisorProtocol>('open carts');
const root = await startSupervisor([
  childSpec(carts, undefined),
  childSpec(dynamicSupervisor({ maxChildren: 10_000 }), undefined, { name: openCarts }),
]);
if (!root.ok) throw new Error('the tree did not start');

const open = (user: string) =>
  DynamicSupervisor.startChild(openCarts, childSpec(cart, user, { name: carts.via(user) }));
console.log((await open('ada')).ok); // => true
const again = await open('ada');
console.log(!again.ok && again.kind); // => already_started
console.log(await call(carts.via('ada'), { type: 'add', item: 'tea' })); // => 1
console.log(carts.keys(carts.whereis('ada') ?? root.pid)); // => [ 'ada' ]

await stopServer(root.pid);
