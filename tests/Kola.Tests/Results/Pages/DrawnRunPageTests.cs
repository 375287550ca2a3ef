using System.Globalization;
using FluentAssertions;
using Kola.Results.Events;
using Kola.Results.Pages;
using Kola.Results.Stories;
using Kola.Results.Timelines;
using Kola.Tests.Results.Allure;
using Kola.Tests.Results.Stories;
using NUnit.Framework;

namespace Kola.Tests.Results.Pages;

/// <summary>The page as a browser draws it, by day and by night, on a wide screen and a narrow one.</summary>
[Category("browser")]
public sealed class DrawnRunPageTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public void Need()
    {
        if (RealAllure.Browser is null)
            Assert.Ignore("no Chromium is installed; install the package chromium");
    }

    [Test, CancelAfter(180_000)]
    public async Task It_fits_its_window_follows_the_screen_s_colours_and_runs_only_its_own_script()
    {
        using var run = await RecordedFolder.MakeAsync();
        var file = Path.Combine(run.Path, RunPage.FileName);
        await File.WriteAllTextAsync(file, RunPage.Of(new() { Story = Named(run.Story), Timelines = TimelineReader.OfAttempts([.. EventLog.Read(Path.Combine(run.Path, EventLog.FileName))]) }), Stop);
        await using var page = await DrawnPage.OpenAsync(RealAllure.Browser!, file, Stop);
        await UntilAsync(page, "document.readyState + document.querySelectorAll('.scenario').length", "complete6");

        foreach (var (width, dark) in new[] { (1400, false), (1400, true), (420, false), (420, true) })
        {
            await page.ShowAsync(width, 1600, dark, Stop);
            await page.ValueAsync("document.querySelectorAll('details').forEach(d => d.open = true)", Stop);

            (await page.ValueAsync("document.documentElement.scrollWidth - document.documentElement.clientWidth", Stop)).Should().Be("0", "nothing may be wider than a window of {0}", width);
            Brightness(await page.ValueAsync("getComputedStyle(document.body).backgroundColor", Stop)).Should().Match(bright => dark ? bright < 60 : bright > 200);
            var picture = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"page-{width}-{(dark ? "dark" : "light")}.png");
            await File.WriteAllBytesAsync(picture, await page.PictureAsync(Stop), Stop);
            new FileInfo(picture).Length.Should().BeGreaterThan(10_000, "an empty page compresses to next to nothing");
            TestContext.AddTestAttachment(picture);
        }

        // The page's own script has run: the hash in its policy fits. That of the guest has not.
        (await page.ValueAsync("document.querySelector('button[data-show=all]').getAttribute('aria-pressed')", Stop)).Should().Be("true");
        (await page.ValueAsync("typeof owned", Stop)).Should().Be("undefined");
        await page.ValueAsync("document.querySelector('button[data-show=trouble]').click()", Stop);
        (await page.ValueAsync("[...document.querySelectorAll('.scenario')].filter(s => !s.hidden).length", Stop)).Should().Be("5");
    }

    /// <summary>Long names, and one that would set a variable if it could.</summary>
    private static RunStory Named(RunStory story) => story with
    {
        Scenarios = [.. story.Scenarios.Select(s => s with
        {
            Plan = s.Plan with { Summary = $"<script>owned = 1</script><img src=x onerror='owned = 1'> {new string('w', 900)}" },
            Attempts = [.. s.Attempts.Select(a => a with { Reason = a.Reason is null ? null : $"{a.Reason} {new string('/', 3000)}" })],
        })],
    };

    private static double Brightness(string rgb) => rgb[4..^1].Split(',').Average(part => double.Parse(part, CultureInfo.InvariantCulture));

    private static async Task UntilAsync(DrawnPage page, string expression, string value)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        bound.CancelAfter(TimeSpan.FromMinutes(1));
        while (await page.ValueAsync(expression, bound.Token) != value)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, bound.Token);
    }
}
