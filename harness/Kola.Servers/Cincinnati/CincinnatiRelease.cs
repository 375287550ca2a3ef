namespace Kola.Servers.Cincinnati;

/// <summary>A release of a stream.</summary>
public sealed record CincinnatiRelease
{
    public required string Version { get; init; }

    /// <summary>OSTree commit by architecture, such as <c>x86_64</c>.</summary>
    public IReadOnlyDictionary<string, string> Checksums { get; init; } = new Dictionary<string, string>();

    /// <summary>Container image by architecture, for clients that ask for those.</summary>
    public IReadOnlyDictionary<string, string> Images { get; init; } = new Dictionary<string, string>();

    /// <summary>Why nobody may pass over this release; <see langword="null"/>: it may be passed over.</summary>
    public string? Barrier { get; init; }

    /// <summary>Why no update leads away from it; <see langword="null"/>: updates do.</summary>
    public string? DeadEnd { get; init; }

    /// <summary><see langword="null"/>: unless it is a barrier, no update leads to it.</summary>
    public CincinnatiRollout? Rollout { get; init; }
}

/// <summary>To how many nodes a release is shown, over time.</summary>
public sealed record CincinnatiRollout
{
    /// <summary>To none before. <see langword="null"/>: it has always been on its way.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Share of the nodes at the start, 0 to 1; <see langword="null"/>: 0.</summary>
    public double? StartValue { get; init; }

    /// <summary>From the start until all nodes are shown it, in whole minutes; <see langword="null"/>: the share stays as it is.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The share of nodes that are shown it, 0 to 1.</summary>
    internal double ShareAt(DateTimeOffset now)
    {
        var (start, first) = (Start ?? DateTimeOffset.UnixEpoch, StartValue ?? 0);
        if (now < start)
            return 0;
        if (Duration is not { } duration)
            return first;
        var elapsed = (now - start) / TimeSpan.FromMinutes(Math.Max(1, Math.Floor(duration.TotalMinutes)));
        return elapsed > 1 ? 1 : first + ((1 - first) * elapsed);
    }
}
