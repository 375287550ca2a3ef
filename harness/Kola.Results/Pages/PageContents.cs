using Kola.Results.Gate;
using Kola.Results.Stories;
using Kola.Results.Timelines;

namespace Kola.Results.Pages;

/// <summary>What a page is made from.</summary>
public sealed record PageContents
{
    public required RunStory Story { get; init; }

    /// <summary>Of every attempt that has one.</summary>
    public required IReadOnlyList<Timeline> Timelines { get; init; }

    /// <summary>What the gate made of the run; <see langword="null"/>: it was not asked.</summary>
    public WrittenVerdict? Judged { get; init; }

    /// <summary>What is different since the run before.</summary>
    public IReadOnlyList<ScenarioChange> Changes { get; init; } = [];

    /// <summary>The pipeline's page of the run.</summary>
    public string? Url { get; init; }

    /// <summary>How large the parts of a page may be.</summary>
    public PageLimits Limits { get; init; } = new();
}

/// <summary>A page is to be opened by a browser and attached to a mail: what does not fit is named, and stays in its file.</summary>
public sealed record PageLimits
{
    /// <summary>Characters that all scenarios' details may take together; those that did not pass come first.</summary>
    public int Details { get; init; } = 12 << 20;

    /// <summary>Lines of a console, and of a journal, of an attempt that did not pass.</summary>
    public int Lines { get; init; } = 1200;

    /// <summary>The same of an attempt that passed.</summary>
    public int LinesOfPassed { get; init; } = 160;

    /// <summary>Characters of a reason, or of what a step saw.</summary>
    public int Text { get; init; } = 16_000;

    /// <summary>Bytes of a picture.</summary>
    public int Picture { get; init; } = 400_000;
}
