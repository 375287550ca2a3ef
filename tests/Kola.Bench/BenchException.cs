namespace Kola.Bench;

/// <summary>Something could not be measured; the message says what.</summary>
internal sealed class BenchException(string message) : Exception(message);
