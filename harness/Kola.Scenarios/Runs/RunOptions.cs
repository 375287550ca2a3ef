using Kola.Results.Events;
using Kola.Scenarios.Attempts.Holding;

namespace Kola.Scenarios.Runs;

/// <summary>How a run is made, apart from what it runs.</summary>
public sealed record RunOptions
{
    /// <summary>Folder of this checkout's state: runs, releases, sockets' disks.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The checkout, where there is one: file paths are shown relative to it.</summary>
    public string? Checkout { get; init; }

    /// <summary>Folder whose scenarios are found by their ids; <see langword="null"/>: all are.</summary>
    public string? Scenarios { get; init; }

    /// <summary>How a person calls Kola, for the commands that are shown.</summary>
    public string Program { get; init; } = "ci/kola";

    /// <summary>Image to boot instead of another, by the name that scenarios use.</summary>
    public IReadOnlyDictionary<string, string> Images { get; init; } = new Dictionary<string, string>();

    /// <summary>How many scenarios run at once at the most; <see langword="null"/>: as many as the host's CPUs and memory admit.</summary>
    public int? Jobs { get; init; }

    /// <summary>Seed of every random choice; <see langword="null"/>: a fresh one.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether to start nothing more after the first scenario that did not pass.</summary>
    public bool FailFast { get; init; }

    /// <summary>Whether every machine boots, also where a template could stand in for the boot.</summary>
    public bool Cold { get; init; }

    /// <summary>Where attempts stop for a person; <see langword="null"/>: nowhere.</summary>
    public HoldOptions? Hold { get; init; }

    /// <summary>Further attempts of a scenario that did not pass; each is recorded.</summary>
    public int Retries { get; init; }

    /// <summary>The longest that the run may take; <see langword="null"/>: as long as it likes.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Which part of the scenarios this run is; for the record.</summary>
    public Shard? Shard { get; init; }

    /// <summary>The run that this one goes on from; for the record.</summary>
    public string? Resumes { get; init; }

    /// <summary>Parameters and matrix variables that were set, which the command that reproduces an attempt sets again.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
