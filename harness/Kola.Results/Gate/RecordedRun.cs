using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Kola.Results.Events;

namespace Kola.Results.Gate;

/// <summary>A run as its event log tells it. A log that cannot be trusted is kept, with what is wrong with it: it must be able to block.</summary>
public sealed record RecordedRun
{
    /// <summary>What to call it before its log is believed: its folder's name.</summary>
    public required string Name { get; init; }

    public required IReadOnlyList<RunEvent> Events { get; init; }

    /// <summary>SHA-256 of <c>events.jsonl</c>, lower-case hexadecimal.</summary>
    public string LogSha256 { get; init; } = "";

    /// <summary>Why the log cannot be believed, or <see langword="null"/>.</summary>
    public string? Damage { get; init; }

    /// <summary>Records by their scenario. A part of a large gate has hundreds of scenarios, and each is asked for.</summary>
    private static readonly ConditionalWeakTable<IReadOnlyList<RunEvent>, ILookup<string, AttemptEvent>> Sorted = [];

    /// <summary>What the log has of a scenario's attempts, in its order.</summary>
    /// <param name="scenario"><see cref="PlannedScenario.Id"/>.</param>
    public IEnumerable<AttemptEvent> AttemptsOf(string scenario) => Sorted.GetValue(Events, static events => events.OfType<AttemptEvent>().ToLookup(record => record.Scenario))[scenario];

    /// <summary>The plan, where the log begins with one.</summary>
    public RunPlanned? Plan => Events is [RunPlanned plan, ..] ? plan : null;

    /// <summary>Whether everything that was planned had its turn.</summary>
    public bool Ended => Events is [.., RunFinished { Interrupted: false }];

    /// <summary>Reads the log of a run's folder. Throws nothing: what is wrong is <see cref="Damage"/>.</summary>
    public static RecordedRun Load(string folder)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var path = Path.Combine(folder, EventLog.FileName);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new() { Name = name, Events = [], Damage = $"its log cannot be read: {e.Message}" };
        }

        List<RunEvent> events = [];
        string? damage = null;
        try
        {
            // The bytes that the digest is of, whatever becomes of the file meanwhile.
            events.AddRange(EventLog.Read(path, bytes));
        }
        catch (InvalidDataException e)
        {
            damage = e.Message;
        }

        // Only a run that was cut off may end in mid-line; it is not finished anyway.
        if (damage is null && bytes is [.., not (byte)'\n'] && events is [.., RunFinished])
            damage = $"{path}: something follows the last record; the log was altered";
        return new() { Name = name, Events = events, LogSha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)), Damage = damage };
    }
}
