namespace Kola.Yaml.Values;

/// <summary>A value that says itself how it is written in a file.</summary>
/// <typeparam name="TSelf">The value's own type.</typeparam>
public interface IWritten<TSelf>
    where TSelf : IWritten<TSelf>
{
    /// <summary>How it is written.</summary>
    static abstract WrittenForm Form { get; }

    /// <summary>Reads it; what this accepts, the form's pattern must accept too.</summary>
    static abstract bool TryParse(string text, out TSelf value);

    /// <summary>Why a text is not one, where more can be said than what was expected.</summary>
    static virtual string? Explain(string text) => null;
}
