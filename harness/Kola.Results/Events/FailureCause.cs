namespace Kola.Results.Events;

/// <summary>Who an attempt's failure is put down to.</summary>
public enum Blame
{
    /// <summary>The operating system did not do what the scenario expects of it.</summary>
    Product,

    /// <summary>The scenario, or what it was given, cannot be carried out.</summary>
    Scenario,

    /// <summary>This host: QEMU, disk, memory, processors.</summary>
    Host,

    /// <summary>A defect of Kola.</summary>
    Kola,
}

/// <summary>Where and since when an attempt failed, and who is to blame; what was expected and what was seen is its reason.</summary>
public sealed record FailureCause
{
    public required Blame Blame { get; init; }

    /// <summary>Number of the step; 0 while the machines came up.</summary>
    public required int Step { get; init; }

    public required string Title { get; init; }

    /// <summary>When the step began, in seconds since the attempt did.</summary>
    public required double Since { get; init; }

    /// <summary>File of the run's folder with the line that shows it, such as <c>t.one/attempt-1/node/console.log:214</c>; missing: there is none.</summary>
    public string? Evidence { get; init; }
}
