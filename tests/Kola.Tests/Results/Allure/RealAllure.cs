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

    /// <summary><see langword="null"/>: none is installed.</summary>
    public static string? Browser => Executables.Find("chromium-headless-shell", "chromium", "google-chrome");

    /// <summary>A page from a folder of results. Not as a single file, as Kola makes it: on a busy host the page gives up waiting for what it carries.</summary>
    public static async Task<string> RenderAsync(string results, string output, CancellationToken cancellation)
    {
        var ended = await Cli.Wrap(Program).WithArguments(["awesome", results, "--output", output, "--report-language", "en", "--group-by", "parentSuite,suite"])
            .WithWorkingDirectory(Path.GetDirectoryName(results)!).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        var page = Path.Combine(output, "index.html");
        return File.Exists(page) ? page : throw new InvalidOperationException($"no page: {ended.StandardOutput}{ended.StandardError}");
    }

    /// <summary>What the page says once its scripts have run: the text of its elements, and a picture of it.</summary>
    public static async Task<string> LookAsync(string page, string picture, CancellationToken cancellation)
    {
        await using var drawn = await DrawnPage.OpenAsync(Browser!, page, cancellation);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(TimeSpan.FromMinutes(2));
        var text = "";
        try
        {
            while (!text.Contains(" Total ", StringComparison.Ordinal))
            {
                if (text.Length > 0)
                    await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, bound.Token);
                text = Text(await drawn.HtmlAsync(bound.Token));
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException($"after two minutes the page does not count its tests; it says: {text}");
        }

        await File.WriteAllBytesAsync(picture, await drawn.PictureAsync(bound.Token), cancellation);
        return text;
    }

    /// <summary>The data that the page carries is in a script: only what was drawn counts as seen.</summary>
    private static string Text(string html)
    {
        var drawn = Regex.Replace(html, "<(script|style)[^>]*>.*?</\\1>", "", RegexOptions.Singleline);
        return Regex.Replace(WebUtility.HtmlDecode(Regex.Replace(drawn, "<[^>]+>", " ")), "\\s+", " ");
    }
}
