using System.Security.Cryptography;
using Kola.Yaml.Nodes;
using Kola.Yaml.Shapes;

namespace Kola.Yaml.Files;

/// <summary>A file with one YAML mapping, read but not bound.</summary>
/// <param name="Path">As it was given, for messages.</param>
/// <param name="Sha256">SHA-256 of the file's bytes, lower-case hexadecimal.</param>
public sealed record YamlFile(string Path, YamlMapping Tree, string Sha256)
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it holds, for messages: <c>a scenario</c>.</param>
    /// <param name="layout">Its keys.</param>
    /// <param name="problems">Takes what is wrong. The file may be usable still.</param>
    /// <returns><see langword="null"/> when nothing can be read.</returns>
    public static YamlFile? Read(string path, string what, RecordLayout layout, ICollection<YamlProblem> problems)
    {
        if (ReadBytes(path, problems) is not { } bytes)
            return null;
        switch (YamlReader.Read(path, bytes, problems, what))
        {
            case YamlMapping tree:
                return new(path, tree, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            case { } other:
                problems.Add(new(other.Location, $"got {other.Noun}; expected {what}: a mapping of {string.Join(", ", layout.All.Select(field => field.Key))}"));
                return null;
            default:
                return null;
        }
    }

    /// <summary>Problems once each, those of this file first, in the order of its lines.</summary>
    public static IEnumerable<YamlProblem> InOrder(string path, IEnumerable<YamlProblem> problems) =>
        problems.Distinct().OrderBy(problem => problem.Location.Path == path ? 0 : 1).ThenBy(problem => problem.Location.Line).ThenBy(problem => problem.Location.Column);

    /// <summary>Not more than the reader would take; <see langword="null"/> when a problem was added.</summary>
    private static byte[]? ReadBytes(string path, ICollection<YamlProblem> problems)
    {
        try
        {
            using var file = File.OpenRead(path);
            // Most files are small, and a folder may hold thousands: room for the largest is made only where one grows. A pipe has no length.
            var bytes = new byte[file.CanSeek ? (int)Math.Min(file.Length, YamlText.MaxBytes) + 1 : YamlText.MaxBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length == bytes.Length && length <= YamlText.MaxBytes)
            {
                Array.Resize(ref bytes, YamlText.MaxBytes + 1);
                length += file.ReadAtLeast(bytes.AsSpan(length), bytes.Length - length, throwOnEndOfStream: false);
            }

            return bytes[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(new(path, 1, 1), e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : $"cannot be read: {e.Message}"));
            return null;
        }
    }
}
