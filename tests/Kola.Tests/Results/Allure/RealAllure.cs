using System.Net;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;
using NUnit.Framework;

namespace Kola.Tests.Results.Allure;

/// <summary>The real Allure command line and a real browser.</summary>
internal static class RealAllure
{
    private static readonly string Folder = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "kola", "allure");
    public static readonly string Program = Path.Combine(Folder, "node_modules", ".bin", "allure");

    public static void Need()
    {
        if (!File.Exists(Program))
            Assert.Ignore($"the Allure command line is not installed: npm install --prefix {Folder} allure@3");
        if (Browser is null)
            Assert.Ignore("no Chromium is installed; install the package chromium");
    }

    private static string? Browser => Executables.Find("chromium-headless-shell", "chromium", "google-chrome");

    /// <summary>One HTML file from a folder of results.</summary>
    public static async Task<string> RenderAsync(string results, string output, CancellationToken cancellation)
    {
        var ended = await Cli.Wrap(Program).WithArguments(["awesome", results, "--output", output, "--single-file", "--report-language", "en", "--group-by", "parentSuite,suite"])
            .WithWorkingDirectory(Path.GetDirectoryName(results)!).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        var page = Path.Combine(output, "index.html");
        return File.Exists(page) ? page : throw new InvalidOperationException($"no page: {ended.StandardOutput}{ended.StandardError}");
    }

    /// <summary>What the page says once its scripts have run: the text of its elements, and a picture of it.</summary>
    public static async Task<string> LookAsync(string page, string picture, CancellationToken cancellation)
    {
        // Time as it is: with a virtual clock the page's own loading never ends.
        string[] options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000", "--timeout=20000", $"--user-data-dir={Path.GetDirectoryName(page)}/browser"];
        await Cli.Wrap(Browser!).WithArguments([.. options, $"--screenshot={picture}", $"file://{page}"]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        // On a busy host the page may be dumped before its scripts have drawn it.
        for (var look = 1; ; look++)
        {
            var seen = await Cli.Wrap(Browser!).WithArguments([.. options, "--dump-dom", $"file://{page}"]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
            // The data that the page carries is in a script: only what was drawn counts as seen.
            var drawn = Regex.Replace(seen.StandardOutput, "<(script|style)[^>]*>.*?</\\1>", "", RegexOptions.Singleline);
            var text = Regex.Replace(WebUtility.HtmlDecode(Regex.Replace(drawn, "<[^>]+>", " ")), "\\s+", " ");
            if (text.Contains(" Total ", StringComparison.Ordinal) || look == 5)
                return text;
        }
    }
}
