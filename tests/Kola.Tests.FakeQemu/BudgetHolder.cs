using Kola.Scenarios.Scheduling;

namespace Kola.Tests.FakeQemu;

/// <summary>Another run that takes a part of the host's budget, says so, and waits to be killed.</summary>
internal static class BudgetHolder
{
    /// <param name="amounts">CPUs and bytes that there are, CPUs and bytes to take.</param>
    public static async Task<int> RunAsync(string folder, long[] amounts)
    {
        var budget = new HostBudget(folder, () => new((int)amounts[0], amounts[1]), TimeProvider.System);
        using var held = await budget.TakeAsync(new((int)amounts[2], amounts[3]), "other", Console.WriteLine, CancellationToken.None);
        Console.WriteLine("held");
        await Task.Delay(TimeSpan.FromMinutes(5), TimeProvider.System);
        return 1;
    }
}
