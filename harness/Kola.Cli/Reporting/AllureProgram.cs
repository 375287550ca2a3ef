using CliWrap;
using CliWrap.Buffered;
using Kola.Machines;
using Kola.Machines.Host;
using Kola.Machines.Images;

namespace Kola.Cli.Reporting;

/// <summary>The Allure command line (version 3, a Node.js program), which makes the page that people look at.</summary>
internal sealed class AllureProgram(string path)
{
    /// <summary><c>$KOLA_ALLURE</c>, else the one in Kola's cache, else the one in PATH; <see langword="null"/>: there is none.</summary>
    public static AllureProgram? Find(ImageLocations locations) =>
        new[] { Environment.GetEnvironmentVariable("KOLA_ALLURE"), Path.Combine(Folder(locations), "node_modules", ".bin", "allure"), Executables.Find("allure") }
            .FirstOrDefault(path => path is { Length: > 0 } && File.Exists(path)) is { } found ? new(found) : null;

    /// <summary>How to get it.</summary>
    public static string Remedy(ImageLocations locations) => $"npm install --prefix {Folder(locations)} allure@3";

    /// <summary>Renders a folder of results as one HTML file that needs no server.</summary>
    /// <param name="history">File that remembers earlier reports; it is made and added to. <see langword="null"/>: none.</param>
    /// <exception cref="HostException">It failed.</exception>
    public async Task RenderAsync(string results, string output, string name, string? history, CancellationToken cancellation)
    {
        var ended = await CliWrap.Cli.Wrap(path)
            .WithArguments(["awesome", results, "--output", output, "--single-file", "--report-name", name, "--report-language", "en", "--group-by", "parentSuite,suite", .. history is null ? Array.Empty<string>() : ["--history-path", history]])
            .WithWorkingDirectory(Path.GetDirectoryName(results)!)
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        if (ended.ExitCode != 0 || !File.Exists(Path.Combine(output, "index.html")))
            throw new HostException($"{path} made no report (exit {ended.ExitCode}): {(ended.StandardError + ended.StandardOutput).Trim()}");
    }

    private static string Folder(ImageLocations locations) => Path.Combine(Path.GetDirectoryName(locations.Cache)!, "allure");
}
