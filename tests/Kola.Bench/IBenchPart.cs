namespace Kola.Bench;

/// <summary>One thing that is measured.</summary>
internal interface IBenchPart
{
    /// <summary>As <c>--only</c> names it.</summary>
    string Name { get; }

    /// <summary>What it measures, for the help.</summary>
    string Measures { get; }

    /// <summary>Whether it takes so long that it is measured only where <c>--only</c> names it.</summary>
    bool IsOnRequest => false;

    /// <summary>Measures, and leaves the numbers in <see cref="BenchSession.Measured"/>.</summary>
    /// <exception cref="BenchException">It cannot be measured.</exception>
    Task MeasureAsync(BenchSession session, CancellationToken cancellation);
}
