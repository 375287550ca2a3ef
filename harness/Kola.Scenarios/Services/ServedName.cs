namespace Kola.Scenarios.Services;

/// <summary>The served files that a path in a scenario means.</summary>
/// <param name="Pattern">Their names, with * for any characters.</param>
/// <param name="Streamed">Whether machines read them in pieces, so that how many requests they make says nothing.</param>
internal sealed record ServedName(string Pattern, bool Streamed = false);
