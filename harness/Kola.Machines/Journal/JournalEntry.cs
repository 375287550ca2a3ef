namespace Kola.Machines.Journal;

/// <summary>One entry of a guest's journal, as far as Kola reads it (systemd.journal-fields(7)).</summary>
/// <param name="BootId">32 hex digits.</param>
/// <param name="Number">Position in the guest's journal, which grows; <see langword="null"/> where systemd is older than 254.</param>
/// <param name="At">By the guest's clock.</param>
/// <param name="Identifier">Who says it: <c>kernel</c>, <c>systemd</c>, <c>sshd</c>, …</param>
/// <param name="MessageId">What kind of message it is (<c>journalctl --list-catalog</c>).</param>
/// <param name="Unit">The unit that the system manager tells of.</param>
/// <param name="Job">What became of that unit's job: its type and result, such as <c>start done</c>.</param>
public sealed record JournalEntry(
    string BootId, long? Number, DateTimeOffset At, string Identifier, string Message, string? MessageId = null, string? Unit = null, string? Job = null);
