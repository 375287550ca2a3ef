namespace Kola.Scenarios.Clusters;

/// <summary>What one writer wrote to a register, and what may be read of it. The writer waits for each answer before it writes again.</summary>
/// <remarks>
/// A read must return the last value that was acknowledged, or one whose fate is not known: that may take effect at any time. This holds for every
/// linearisable register (Herlihy and Wing), so what breaks it was lost, or read from a member that is behind.
/// </remarks>
internal sealed class WrittenValues
{
    private readonly HashSet<string> unsure = [];
    private string? acknowledged;

    /// <summary>It may have been written, or may be yet.</summary>
    public void Doubt(string value) => unsure.Add(value);

    /// <summary>It was written.</summary>
    /// <param name="read">What was read in its place, at the same moment.</param>
    /// <returns>Why that cannot be; <see langword="null"/> when it can.</returns>
    public string? Acknowledge(string value, string read)
    {
        var wrong = acknowledged is not null && read != acknowledged && !unsure.Contains(read)
            ? $"a write is lost: {acknowledged} was acknowledged, and '{read}' is read afterwards"
            : null;
        acknowledged = value;
        return wrong;
    }
}
