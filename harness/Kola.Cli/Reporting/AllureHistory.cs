using System.Text;
using System.Text.Json;
using Kola.Machines;
using Kola.Machines.Files;

namespace Kola.Cli.Reporting;

/// <summary>
/// What Allure remembers of earlier reports: a line of JSON for each, to which it adds its own. Held by one report at a time. It is a
/// convenience: whatever is wrong with it costs the page its history, never the page.
/// </summary>
internal sealed class AllureHistory : IAsyncDisposable
{
    /// <summary>Reports to remember; the page carries them all.</summary>
    private const int Kept = 50;

    private readonly FileLock? alone;

    private AllureHistory(string? path, FileLock? alone) => (Path, this.alone) = (path, alone);

    /// <summary>The file; <see langword="null"/>: there is no history to be had.</summary>
    public string? Path { get; }

    /// <summary>Mends the file: Allure breaks off at a line that it cannot read, and would count a run twice whose report is made again.</summary>
    /// <param name="state">The folder that it is in.</param>
    /// <param name="name">The report's name, which is the run's.</param>
    /// <param name="output">Is told what was wrong.</param>
    public static async Task<AllureHistory> OpenAsync(string state, string name, TextWriter output, TimeProvider time, CancellationToken cancellation)
    {
        var path = System.IO.Path.Combine(state, "allure-history.jsonl");
        FileLock? alone = null;
        try
        {
            alone = await FileLock.AcquireAsync($"{path}.lock", () => output.WriteLine("kola: waits for another report that is being made"), time, cancellation);
            Mend(path, name, output);
            return new(path, alone);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HostException)
        {
            alone?.Dispose();
            output.WriteLine($"kola: the page has no history: {e.Message}; it may be deleted");
            return new(null, null);
        }
    }

    public ValueTask DisposeAsync()
    {
        alone?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Mend(string path, string name, TextWriter output)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            return;
        var lines = File.ReadAllText(path, Encoding.UTF8).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var names = lines.Select(NameOf).ToArray();
        if (names.Count(n => n is null) is > 0 and var torn)
            output.WriteLine($"kola: {torn} of {lines.Length} reports in {path} cannot be read and are forgotten");
        var kept = lines.Zip(names).Where(line => line.Second is { } known && known != name).Select(line => line.First).TakeLast(Kept).ToArray();
        if (!kept.SequenceEqual(lines))
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(string.Concat(kept.Select(line => line + "\n"))));
    }

    /// <summary>The name of the report that a line is about; <see langword="null"/>: Allure could not read it.</summary>
    private static string? NameOf(string line)
    {
        try
        {
            using var report = JsonDocument.Parse(line);
            return report.RootElement is { ValueKind: JsonValueKind.Object } root
                && Is(root, "uuid", JsonValueKind.String) && Is(root, "timestamp", JsonValueKind.Number) && Is(root, "name", JsonValueKind.String)
                && Is(root, "knownTestCaseIds", JsonValueKind.Array) && Is(root, "testResults", JsonValueKind.Object)
                && root.GetProperty("testResults").EnumerateObject().All(result => result.Value.ValueKind == JsonValueKind.Object)
                ? root.GetProperty("name").GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Is(JsonElement element, string name, JsonValueKind kind) => element.TryGetProperty(name, out var value) && value.ValueKind == kind;
}
