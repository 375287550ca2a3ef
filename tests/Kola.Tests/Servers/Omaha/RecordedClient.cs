using System.Globalization;
using System.Text.RegularExpressions;

namespace Kola.Tests.Servers.Omaha;

/// <summary>What a real client (update_engine 0.4.10) sent, as it was recorded: see the folder <c>recordings</c>.</summary>
internal static partial class RecordedClient
{
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Folder(), "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>The requests of one recording to the Omaha server, in order.</summary>
    public static IReadOnlyList<RecordedPost> Posts(string name)
    {
        var posts = new List<RecordedPost>();
        var lines = File.ReadAllLines(Path.Combine(Folder(), $"{name}.txt"));
        for (var at = 0; at < lines.Length; at++)
        {
            if (PostLine().Match(lines[at]) is not { Success: true } post)
                continue;
            // The body follows, with a time before its first line, up to an empty line.
            var body = lines[(at + 1)..].TakeWhile(line => line.Length > 0 && line != "</request>").Append("</request>").ToArray();
            body[0] = body[0][9..];
            posts.Add(new(post.Groups["path"].Value, int.Parse(post.Groups["length"].Value, CultureInfo.InvariantCulture), string.Join('\n', body) + "\n"));
        }

        return posts;
    }

    private static string Folder() => Path.Combine(Checkout.Root, "tests/Kola.Tests/Servers/Omaha/recordings");

    [GeneratedRegex(@"^\d\d:\d\d:\d\d POST (?<path>\S+) .*'Content-Length': '(?<length>\d+)'")]
    private static partial Regex PostLine();
}

/// <param name="Length">As the client told it.</param>
internal sealed record RecordedPost(string Path, int Length, string Body);
