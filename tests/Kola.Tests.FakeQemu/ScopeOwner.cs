using Kola.Machines.Host;

namespace Kola.Tests.FakeQemu;

/// <summary>Owns a process scope with children that live long, says so, and waits to be killed.</summary>
internal static class ScopeOwner
{
    public static async Task<int> RunAsync(string state, int children)
    {
        await using var scope = await ProcessScope.StartAsync(state, TimeProvider.System, CancellationToken.None);
        Console.WriteLine(scope.Directory);
        Console.WriteLine(scope.DiskDirectory);
        await File.WriteAllTextAsync(Path.Combine(scope.DiskDirectory, "overlay.qcow2"), "");
        for (var child = 0; child < children; child++)
            _ = scope.Wrap(Environment.ProcessPath!, ["--sleep"]).ExecuteAsync();
        // A child of a child that left its parent.
        _ = scope.Wrap("sh", ["-c", "sleep 300 & exec sleep 300"]).ExecuteAsync();
        Console.WriteLine("ready");
        await Task.Delay(TimeSpan.FromMinutes(5), TimeProvider.System);
        return 1;
    }
}
