namespace Kola.Results.Trials;

/// <summary>One thing that was measured.</summary>
/// <param name="What">For people.</param>
/// <param name="Seconds"><see langword="null"/>: it did not come to that.</param>
/// <param name="AtMost">What a host of this kind needs for it at the most, in seconds.</param>
public sealed record TrialMeasure(string What, double? Seconds, double AtMost)
{
    public bool IsAsExpected => Seconds <= AtMost;
}
