using System.Globalization;
using System.Text.Json.Nodes;
using Kola.Machines.Images;

namespace Kola.Bench;

/// <summary>What all parts of one call share.</summary>
internal sealed class BenchSession : IDisposable
{
    private const int Schema = 2;

    private BenchSession(BenchOptions options, string checkout, TimeProvider time)
    {
        (Options, Checkout, Time) = (options, checkout, time);
        State = ImageLocations.FromEnvironment(checkout).State;
        Kola = new(checkout, State, time);
    }

    public BenchOptions Options { get; }

    public string Checkout { get; }

    /// <summary>Kola's state folder.</summary>
    public string State { get; }

    public TimeProvider Time { get; }

    public KolaProgram Kola { get; }

    /// <summary>A folder of this call's own, removed with it.</summary>
    public string Work { get; } = Directory.CreateTempSubdirectory("kola-bench.").FullName;

    public Measurements Measured { get; } = new();

    /// <summary>Builds Kola where that is needed, so that building is not measured.</summary>
    /// <exception cref="BenchException">There is no checkout here, or Kola cannot be built.</exception>
    public static async Task<BenchSession> OpenAsync(BenchOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var session = new BenchSession(options, FindCheckout(), time);
        var load = (await File.ReadAllTextAsync("/proc/loadavg", cancellation)).Split(' ')[..3].Select(number => (JsonNode)double.Parse(number, CultureInfo.InvariantCulture));
        session.Measured.Note("schema", Schema);
        session.Measured.Note("at", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        session.Measured.Note("image", options.Image);
        session.Measured.Note("kola", await session.Kola.AskAsync(["--version"], cancellation));
        session.Measured.Note("loadBefore", new JsonArray([.. load]));
        return session;
    }

    /// <summary>Writes a scenario of this image and returns its path.</summary>
    /// <param name="body">All but the name and what every scenario must have.</param>
    public string Scenario(string name, string body)
    {
        var path = Path.Combine(Work, $"{name}.yaml");
        File.WriteAllText(path, $"scenario: {name}\nsummary: Measures\ntags: [bench]\ntimeout: 10m\n{body}\n");
        return path;
    }

    /// <summary>As <see cref="Scenario"/>, of one machine called <c>node</c>.</summary>
    public string OneMachine(string name, string body) => Scenario(name, $"image: {Options.Image}\nmachines:\n  node: {{memory: 768MiB}}\n{body}");

    /// <summary>Writes the numbers and prints the table.</summary>
    public void Keep()
    {
        var path = Path.GetFullPath(Options.Json ?? Path.Combine(State, "bench", $"{Time.GetUtcNow():yyyyMMdd-HHmmss}.json"));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Measured.Write(path);
        if (Options.Json is null)
        {
            var latest = Path.Combine(Path.GetDirectoryName(path)!, "latest.json");
            File.Delete(latest);
            File.CreateSymbolicLink(latest, Path.GetFileName(path));
        }

        Measured.Print(Console.Out);
        Console.WriteLine($"numbers: {path}; load before: {Measured["loadBefore"]!.ToJsonString()}");
    }

    public void Dispose() => Directory.Delete(Work, recursive: true);

    private static string FindCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ci", "kola")))
                return folder.FullName;
        throw new BenchException("this program is not in a checkout of Kola; start it by ci/bench");
    }
}
