using Kola.Yaml.Nodes;

namespace Kola.Yaml.Shapes;

/// <summary>What binding one file needs to know, and where it reports problems.</summary>
/// <param name="path">The file, as shown in messages.</param>
/// <param name="root">Folder that files named by this one must lie in.</param>
public sealed class BindingContext(string path, string root, ICollection<YamlProblem> problems)
{
    private readonly string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>What the document declares: names by noun, such as those of its machines.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>> Declared { get; init; } = new Dictionary<string, IReadOnlyCollection<string>>();

    /// <summary>The declared names of a kind.</summary>
    public IReadOnlyCollection<string> Names(string noun) => Declared.GetValueOrDefault(noun, []);

    /// <summary>Words that stand for other texts, by what they stand for (<see cref="Binding.StandsForAttribute"/>).</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Words { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>What must be written as one of its words, with what was expected; the rest may be written as it is.</summary>
    public IReadOnlyDictionary<string, string> OnlyWords { get; init; } = new Dictionary<string, string>();

    /// <summary>What a text stands for; the text itself where it is no such word.</summary>
    /// <param name="noun">What its words stand for; <see langword="null"/>: it is bound as it is written.</param>
    public string Meaning(string? noun, YamlScalar scalar)
    {
        if (noun is null)
            return scalar.Text;
        if (Words.TryGetValue(noun, out var words) && words.TryGetValue(scalar.Text, out var meaning))
            return meaning;
        if (OnlyWords.TryGetValue(noun, out var expected))
            Report(scalar.Location, $"'{scalar.Text}' is a certain {noun}; expected {expected}");
        return scalar.Text;
    }

    public void Report(SourceLocation location, string message) => problems.Add(new(location, message));

    /// <summary>Reads a further file that this one names.</summary>
    public byte[]? Read(YamlScalar reference, out string file)
    {
        file = Resolve(reference) ?? "";
        if (file.Length == 0)
            return null;
        try
        {
            if (new FileInfo(file).Length <= YamlText.MaxBytes)
                return File.ReadAllBytes(file);
            Report(reference.Location, $"'{reference.Text}' has more than {YamlText.MaxBytes} bytes");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report(reference.Location, $"'{reference.Text}' cannot be read: {e.Message}");
        }

        return null;
    }

    /// <summary>The absolute path of a file named relative to this one, or <see langword="null"/> when a problem was reported.</summary>
    public string? Resolve(YamlScalar reference)
    {
        if (reference.IsNull || reference.Text.Length == 0 || Path.IsPathRooted(reference.Text))
        {
            Report(reference.Location, $"{reference.Noun} is not a relative path; expected a path that starts in this file's folder");
            return null;
        }

        var file = Path.GetFullPath(Path.Combine(folder, reference.Text));
        if (!file.StartsWith(Path.GetFullPath(root).TrimEnd('/') + '/', StringComparison.Ordinal))
        {
            Report(reference.Location, $"'{reference.Text}' leads out of {root}; put the file into that folder");
            return null;
        }

        if (File.Exists(file))
            return file;
        var beside = Path.GetDirectoryName(file) is { } directory && Directory.Exists(directory)
            ? Directory.EnumerateFiles(directory).Select(name => Path.GetRelativePath(folder, name))
            : [];
        Report(reference.Location, $"file '{reference.Text}' does not exist in {folder}{Spelling.Hint(reference.Text, beside)}");
        return null;
    }
}
