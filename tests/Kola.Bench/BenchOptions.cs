namespace Kola.Bench;

/// <summary>What a call of <c>ci/bench</c> asks for.</summary>
internal sealed record BenchOptions
{
    /// <summary>How many times each is measured, in turn.</summary>
    public int Pairs { get; init; } = 3;

    /// <summary>Name of the image to boot.</summary>
    public string Image { get; init; } = "kola-os";

    /// <summary>Names of the parts to measure.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>Folder of a recorded run whose phases are told; <see langword="null"/>: an update and a rollback are run.</summary>
    public string? Run { get; init; }

    /// <summary>Where the numbers go; <see langword="null"/>: <c>.kola/bench/TIME.json</c>.</summary>
    public string? Json { get; init; }
}
