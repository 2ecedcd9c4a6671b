# The runtime benchmark's workloads on the BEAM. One VM serves all runs: a command is a line `name size warm-up` on
# stdin, the answer a line of JSON on stdout. Everything measured is in modules, which are compiled; what stands
# outside of modules in a script is interpreted.

defmodule Bench.Counter do
  use GenServer

  def init(first), do: {:ok, first}
  def handle_call(:get, _from, count), do: {:reply, count, count}
  def handle_cast({:add, by}, count), do: {:noreply, count + by}
  def handle_info(:rain, count), do: {:noreply, count + 1}
end

defmodule Bench.Member do
  use GenServer

  def init(done), do: {:ok, {nil, done}}
  def handle_cast({:next, pid}, {_next, done}), do: {:noreply, {pid, done}}

  def handle_cast({:token, 0}, {_next, done} = state) do
    send(done, :done)
    {:noreply, state}
  end

  def handle_cast({:token, left}, {next, _done} = state) do
    GenServer.cast(next, {:token, left - 1})
    {:noreply, state}
  end
end

defmodule Bench.Fragile do
  use GenServer

  def start_link(tell), do: GenServer.start_link(__MODULE__, tell)

  def init(tell) do
    send(tell, {:runs, self(), System.monotonic_time()})
    {:ok, tell}
  end

  def handle_cast(:crash, _tell), do: raise("told to crash")
end

defmodule Bench.Time do
  def timed(work) do
    began = System.monotonic_time()
    work.()
    (System.monotonic_time() - began) |> in_us()
  end

  def in_us(native), do: System.convert_time_unit(native, :native, :nanosecond) / 1000
  def per_second(count, us), do: count / us * 1_000_000

  def percentile(samples, share) do
    sorted = Enum.sort(samples)
    Enum.at(sorted, min(length(sorted) - 1, trunc(length(sorted) * share)))
  end
end

defmodule Bench.Workloads do
  import Bench.Time
  alias Bench.{Counter, Fragile, Member}

  def run("cast", size) do
    {:ok, pid} = GenServer.start(Counter, 0)

    us =
      timed(fn ->
        cast_many(pid, size)
        ^size = GenServer.call(pid, :get, 60_000)
      end)

    {:ok, waiting} = GenServer.start(Counter, 0)

    burst =
      timed(fn ->
        :erlang.suspend_process(waiting)
        cast_many(waiting, size)
        :erlang.resume_process(waiting)
        ^size = GenServer.call(waiting, :get, 60_000)
      end)

    %{rate: per_second(size, us), burst: per_second(size, burst)}
  end

  def run("call_seq", size) do
    {:ok, pid} = GenServer.start(Counter, 0)
    %{call: timed(fn -> call_many(pid, size) end) / size}
  end

  # At once: the requests of one process, all sent before the first answer is waited for. OTP 25 has two ways to
  # wait for them; the collection finds an answer by its reference and is the faster one.
  def run("call_conc", size) do
    servers = for _ <- 1..100, do: elem(GenServer.start(Counter, 0), 1)
    targets = List.to_tuple(servers)

    at_once =
      timed(fn ->
        all = send_requests(targets, size, :gen_server.reqids_new())
        receive_all(all)
      end)

    callers =
      timed(fn ->
        me = self()
        for server <- servers do
          spawn(fn ->
            call_many(server, div(size, 100))
            send(me, :done)
          end)
        end

        for _ <- servers, do: receive(do: (:done -> :ok))
      end)

    %{at_once: at_once / size, callers_100: callers / size}
  end

  def run("ring", size) do
    pids = for _ <- 1..1000, do: elem(GenServer.start(Member, self()), 1)
    [first | rest] = pids
    for {pid, next} <- Enum.zip(pids, rest ++ [first]), do: GenServer.cast(pid, {:next, next})
    hops = size * 1000

    us =
      timed(fn ->
        GenServer.cast(first, {:token, hops})
        receive(do: (:done -> :ok))
      end)

    %{rate: per_second(hops, us)}
  end

  def run("spawn", size) do
    before = memory()
    us = timed(fn -> start_many(size) end)
    %{rate: per_second(size, us), bytes: (memory() - before) / size}
  end

  def run("start_child", size) do
    sup = supervisor()
    before = memory()
    us = timed(fn -> start_children(sup, size) end)
    result = %{rate: per_second(size, us), bytes: (memory() - before) / size}
    kill_tree(sup)
    result
  end

  def run("terminate_child", size) do
    sup = supervisor()
    pids = for i <- 1..size, do: elem(start_one(sup, i), 1)
    chosen = Enum.take_every(pids, 10)
    us = timed(fn -> for pid <- chosen, do: DynamicSupervisor.terminate_child(sup, pid) end)
    kill_tree(sup)
    %{terminate: us / length(chosen)}
  end

  # The median of three bursts, after twenty that are not measured.
  def run("crash_burst", size) do
    {sup, pids} = fragile(size)

    {times, _} =
      Enum.map_reduce(1..23, Enum.take_every(pids, 100), fn round, chosen ->
        if round > 20, do: forget_restarts()
        burst(chosen)
      end)

    kill_tree(sup)
    %{rate: per_second(div(size, 100), times |> Enum.drop(20) |> percentile(0.5))}
  end

  # The first ten times `size` crashes are not measured.
  def run("crash_latency", size) do
    {sup, pids} = fragile(1000)
    {_, pids} = crash_one(10 * size, :queue.from_list(pids), [])
    forget_restarts()
    {samples, _} = crash_one(size, pids, [])
    kill_tree(sup)
    %{p50: percentile(samples, 0.5), p99: percentile(samples, 0.99)}
  end

  def run("big_parent", size) do
    parents =
      for children <- [10, 1000, 100_000], children <= size do
        sup = supervisor()
        start_children(sup, children)
        {children, sup}
      end

    # In turn, as with the others; fewer calls where one takes milliseconds.
    rounds =
      for _ <- 1..20, {children, sup} <- parents do
        calls = if children >= 100_000, do: 1, else: 500
        {children, timed(fn -> for _ <- 1..calls, do: DynamicSupervisor.count_children(sup) end) / calls}
      end

    for {_, sup} <- parents, do: kill_tree(sup)

    rounds
    |> Enum.group_by(&elem(&1, 0), &elem(&1, 1))
    |> Map.new(fn {children, times} -> {"call_#{children}", percentile(times, 0.5)} end)
  end

  def run("stop_tree", size) do
    sup = supervisor()
    start_children(sup, size)
    us = timed(fn -> DynamicSupervisor.stop(sup, :normal, :infinity) end)
    %{stop: us / 1000, per_child: us / size}
  end

  def run("fair", size) do
    {:ok, victim} = GenServer.start(Counter, 0)
    {:ok, called} = GenServer.start(Counter, 0)
    me = self()
    timer = spawn(fn -> send(me, {:late, watch_timer([])}) end)
    caller = spawn(fn -> send(me, {:waits, call_until_told(called, [])}) end)
    began = System.monotonic_time()
    floods = flood_for(1000, victim, size)
    us = in_us(System.monotonic_time() - began)
    send(timer, :stop)
    send(caller, :stop)
    late = receive(do: ({:late, late} -> late))
    waits = receive(do: ({:waits, waits} -> waits))

    %{
      call_p99: percentile(waits, 0.99) / 1000,
      timer_p99: percentile(late, 0.99) / 1000,
      rate: per_second(floods * size, us)
    }
  end

  # The median of nine times, as on the other.
  def run("registry", size) do
    times = for _ <- 1..9, do: registry(size)
    rate = fn step -> per_second(size, times |> Enum.map(& &1[step]) |> percentile(0.5)) end
    %{register: rate.(:register), lookup: rate.(:lookup), dispatch: rate.(:dispatch)}
  end

  defp registry(size) do
    # Names of its own: those of the run before may not be free yet.
    unique = System.unique_integer([:positive])
    names = :"Bench.Names#{unique}"
    topics = :"Bench.Topics#{unique}"
    {:ok, _} = Registry.start_link(keys: :unique, name: names)
    {:ok, _} = Registry.start_link(keys: :duplicate, name: topics)
    keys = for i <- 1..size, do: "key-#{i}"
    register = timed(fn -> for key <- keys, do: {:ok, _} = Registry.register(names, key, nil) end)
    lookup = timed(fn -> for key <- keys, do: [_] = Registry.lookup(names, key) end)
    me = self()

    listeners =
      for _ <- 1..size do
        pid = spawn(fn -> listen(me, topics) end)
        receive(do: (:registered -> pid))
      end

    dispatch =
      timed(fn ->
        Registry.dispatch(topics, "weather", fn entries ->
          for {pid, _} <- entries, do: send(pid, :rain)
        end)

        for _ <- listeners, do: receive(do: (:heard -> :ok))
      end)

    %{register: register, lookup: lookup, dispatch: dispatch}
  end

  defp cast_many(_pid, 0), do: :ok

  defp cast_many(pid, left) do
    GenServer.cast(pid, {:add, 1})
    cast_many(pid, left - 1)
  end

  defp call_many(_pid, 0), do: :ok

  defp call_many(pid, left) do
    GenServer.call(pid, :get)
    call_many(pid, left - 1)
  end

  defp send_requests(_targets, 0, requests), do: requests

  defp send_requests(targets, left, requests) do
    server = elem(targets, rem(left, tuple_size(targets)))
    send_requests(targets, left - 1, :gen_server.send_request(server, :get, left, requests))
  end

  defp receive_all(requests) do
    case :gen_server.receive_response(requests, 60_000, true) do
      {{:reply, _}, _label, rest} -> receive_all(rest)
      :no_request -> :ok
    end
  end

  defp start_many(0), do: :ok

  defp start_many(left) do
    {:ok, _} = GenServer.start(Counter, left)
    start_many(left - 1)
  end

  defp supervisor do
    {:ok, sup} = DynamicSupervisor.start_link(strategy: :one_for_one)
    Process.unlink(sup)
    sup
  end

  defp start_one(sup, i) do
    spec = %{id: Counter, start: {GenServer, :start_link, [Counter, i]}}
    DynamicSupervisor.start_child(sup, spec)
  end

  defp start_children(_sup, 0), do: :ok

  defp start_children(sup, left) do
    {:ok, _} = start_one(sup, left)
    start_children(sup, left - 1)
  end

  defp fragile(size) do
    {:ok, sup} =
      DynamicSupervisor.start_link(strategy: :one_for_one, max_restarts: 10_000_000, max_seconds: 1)

    Process.unlink(sup)

    pids =
      for _ <- 1..size do
        {:ok, pid} = DynamicSupervisor.start_child(sup, {Fragile, self()})
        receive(do: ({:runs, ^pid, _at} -> pid))
      end

    {sup, pids}
  end

  # Until none counts any more: the supervisor goes through the list of those within its period at each restart.
  defp forget_restarts, do: Process.sleep(2100)

  defp burst(pids) do
    began = System.monotonic_time()
    for pid <- pids, do: GenServer.cast(pid, :crash)
    again = for _ <- pids, do: receive(do: ({:runs, pid, _at} -> pid))
    {in_us(System.monotonic_time() - began), again}
  end

  defp crash_one(0, pids, samples), do: {samples, pids}

  defp crash_one(left, pids, samples) do
    {{:value, pid}, rest} = :queue.out(pids)
    began = System.monotonic_time()
    GenServer.cast(pid, :crash)
    {again, at} = receive(do: ({:runs, again, at} -> {again, at}))
    crash_one(left - 1, :queue.in(again, rest), [in_us(at - began) | samples])
  end

  # Killed with its children: an orderly stop of very many takes it minutes.
  defp kill_tree(sup) do
    pids = for {_, pid, _, _} <- DynamicSupervisor.which_children(sup), is_pid(pid), do: pid
    ref = Process.monitor(sup)
    Process.exit(sup, :kill)
    receive(do: ({:DOWN, ^ref, _, _, _} -> :ok))
    for pid <- pids, do: Process.exit(pid, :kill)
  end

  defp watch_timer(late) do
    due = System.monotonic_time() + System.convert_time_unit(1, :millisecond, :native)

    receive do
      :stop -> late
    after
      1 -> watch_timer([max(0.0, in_us(System.monotonic_time() - due)) | late])
    end
  end

  defp call_until_told(called, waits) do
    receive do
      :stop -> waits
    after
      0 ->
        began = System.monotonic_time()
        GenServer.call(called, :get)
        call_until_told(called, [in_us(System.monotonic_time() - began) | waits])
    end
  end

  # Floods of `size` messages, one after the other, until `ms` are over; how many.
  defp flood_for(ms, victim, size, floods \\ 0, began \\ System.monotonic_time(:millisecond)) do
    if floods > 0 and System.monotonic_time(:millisecond) - began >= ms do
      floods
    else
      spawn(fn -> cast_many(victim, size) end)
      wait_for(victim, (floods + 1) * size)
      flood_for(ms, victim, size, floods + 1, began)
    end
  end

  defp wait_for(victim, size) do
    if GenServer.call(victim, :get, 60_000) < size, do: wait_for(victim, size)
  end

  defp listen(me, topics) do
    {:ok, _} = Registry.register(topics, "weather", nil)
    send(me, :registered)

    receive do
      :rain -> send(me, :heard)
    end
  end

  defp memory do
    for pid <- Process.list(), do: :erlang.garbage_collect(pid)
    :erlang.memory(:total)
  end
end

defmodule Bench.Serve do
  def loop do
    case IO.read(:line) do
      :eof -> :ok
      line -> serve(String.split(line)) && loop()
    end
  end

  defp serve([name, size, warm_up]) do
    size = String.to_integer(size)
    # Each run has a process of its own, with an empty heap, and leaves none behind.
    quiet = Process.list() |> MapSet.new()
    if String.to_integer(warm_up) > 0 do
      measure(name, String.to_integer(warm_up))
      clean(quiet)
    end

    answer = measure(name, size)
    clean(quiet)
    IO.puts(json(answer))
    true
  end

  defp measure(name, size) do
    {pid, ref} = spawn_monitor(fn -> exit({:measured, Bench.Workloads.run(name, size)}) end)

    receive do
      {:DOWN, ^ref, _, ^pid, {:measured, metrics}} -> metrics
      {:DOWN, ^ref, _, ^pid, reason} -> %{error: Exception.format_exit(reason)}
    end
  end

  defp clean(quiet) do
    for pid <- Process.list(), not MapSet.member?(quiet, pid), do: Process.exit(pid, :kill)
    settle(quiet, 200)
    for pid <- Process.list(), do: :erlang.garbage_collect(pid)
  end

  defp settle(_quiet, 0), do: :ok

  defp settle(quiet, tries) do
    if length(Process.list()) > MapSet.size(quiet) + 5 do
      Process.sleep(10)
      settle(quiet, tries - 1)
    end
  end

  defp json(metrics) do
    pairs =
      Enum.map_join(metrics, ",", fn
        {key, value} when is_number(value) -> "\"#{key}\":#{value}"
        {key, value} -> "\"#{key}\":#{inspect(value, printable_limit: 500)}"
      end)

    "{#{pairs}}"
  end
end

Logger.configure(level: :none)
:logger.set_primary_config(:level, :none)

IO.puts(
  "{\"ready\":\"Elixir #{System.version()}, OTP #{System.otp_release()}, #{System.schedulers_online()} schedulers\"}"
)

Bench.Serve.loop()
