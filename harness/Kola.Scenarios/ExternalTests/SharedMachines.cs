namespace Kola.Scenarios.ExternalTests;

/// <summary>Which tests that do not ask for a machine of their own share one: those of one project with equal needs, apart from what they conflict with.</summary>
internal static class SharedMachines
{
    /// <summary>The tests, those that share with the name of their machine and a number on it.</summary>
    public static IEnumerable<FoundTest> Assign(IReadOnlyList<FoundTest> tests)
    {
        // A conflict holds both ways, whichever of the two says so.
        var conflicts = tests.SelectMany(test => test.Metadata.Conflicts.SelectMany(other => ((string, string)[])[(test.Name, other), (other, test.Name)])).ToHashSet();
        List<List<FoundTest>> machines = [];
        foreach (var test in tests)
        {
            if (test.Metadata.Exclusive)
                yield return test;
            else if (machines.FirstOrDefault(machine => machine[0].Needs == test.Needs && !machine.Any(other => conflicts.Contains((test.Name, other.Name)))) is { } fits)
                fits.Add(test);
            else
                machines.Add([test]);
        }

        foreach (var (machine, members) in machines.Index())
            foreach (var (number, test) in members.Index())
                yield return test with { Number = number + 1, Shares = $"{test.Project} {machine + 1}" };
    }
}
