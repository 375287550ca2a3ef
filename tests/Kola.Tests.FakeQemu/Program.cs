using Kola.Tests.FakeQemu;

return args switch
{
    ["--version"] => Version(),
    ["--own-scope", var state, var children] => await ScopeOwner.RunAsync(state, int.Parse(children)),
    ["--hold-budget", var folder, .. var amounts] => await BudgetHolder.RunAsync(folder, [.. amounts.Select(long.Parse)]),
    ["--sleep"] => await SleepAsync(),
    ["--script", var script, .. var options] => await FakeMachine.RunAsync(FakeScript.Read(script), options),
    _ => await FakeMachine.RunAsync(FakeScript.Empty, args),
};

static int Version()
{
    Console.WriteLine("QEMU emulator version 10.0.2 (fake)");
    return 0;
}

static async Task<int> SleepAsync()
{
    await Task.Delay(TimeSpan.FromMinutes(5), TimeProvider.System);
    return 1;
}
