namespace Kola.Results.Events;

/// <summary>Every state of the disk that a power cut during an update can leave was judged, and a state of some classes was booted.</summary>
public sealed record UpdateSwept : AttemptEvent
{
    public required string Machine { get; init; }

    /// <summary>The release that ran.</summary>
    public required string From { get; init; }

    /// <summary>The release that the update brought.</summary>
    public required string To { get; init; }

    /// <summary>States that were judged by the disk alone.</summary>
    public required int States { get; init; }

    /// <summary>Groups of states that look alike to the boot.</summary>
    public required int Classes { get; init; }

    /// <summary>Classes of which a state was booted; the budget left out the others.</summary>
    public required int Tried { get; init; }
}
