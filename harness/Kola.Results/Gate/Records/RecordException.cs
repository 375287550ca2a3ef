namespace Kola.Results.Gate.Records;

/// <summary>A record, or a key, cannot be taken. The message says why, and what to do.</summary>
public sealed class RecordException(string message, Exception? inner = null) : Exception(message, inner);
