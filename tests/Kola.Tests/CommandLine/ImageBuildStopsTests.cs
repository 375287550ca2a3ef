using CliWrap;
using CliWrap.Buffered;
using CliWrap.EventStream;
using FluentAssertions;
using NUnit.Framework;

namespace Kola.Tests.CommandLine;

/// <summary>A recipe's program and its children do not outlive the Kola that builds.</summary>
[Parallelizable]
internal sealed class ImageBuildStopsTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    // A child of its own, in the foreground, as a build has: the shell that waits for it acts on no signal meanwhile.
    private const string Endless = """
        #!/bin/sh
        echo "pid $$"
        sh -c 'echo "child $$"; sleep 600; :'
        """;

    [TestCase("KILL", 137)]
    [TestCase("INT", 130)]
    [CancelAfter(60_000)]
    public async Task A_build_ends_with_the_Kola_that_started_it(string signal, int code)
    {
        using var kola = new KolaSandbox();
        await RecipeAsync(kola);
        var (pid, exit, said) = (0, -1, new List<string>());
        await foreach (var told in kola.Follow(["image", "build", "endless"], Stop))
        {
            switch (told)
            {
                case StartedCommandEvent started:
                    pid = started.ProcessId;
                    break;
                case StandardErrorCommandEvent line:
                    said.Add(line.Text);
                    if (line.Text.Contains("child ", StringComparison.Ordinal))
                        await kola.Wrap("sh", ["-c", $"kill -s {signal} {pid}"]).ExecuteBufferedAsync(Stop);
                    break;
                case ExitedCommandEvent ended:
                    exit = ended.ExitCode;
                    break;
            }
        }

        exit.Should().Be(code);
        foreach (var process in said.Where(line => line.Contains("pid ", StringComparison.Ordinal) || line.Contains("child ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]))
        {
            while (IsAlive(process))
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        }

        while (kola.Left.Any())
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        Directory.Exists(kola["state/releases/endless/1"]).Should().BeFalse();
    }

    /// <summary>Another process writes the program: a file that this one had open for writing while a test beside it forked would be busy (ETXTBSY).</summary>
    private static async Task RecipeAsync(KolaSandbox kola)
    {
        Directory.CreateDirectory(kola["images/endless"]);
        await File.WriteAllTextAsync(kola["script"], Endless, Stop);
        await Cli.Wrap("install").WithArguments(["-m", "0755", kola["script"], kola["images/endless/build"]]).ExecuteAsync(Stop);
        await File.AppendAllTextAsync(kola["images/catalog.yaml"], "\n  endless: {build: {recipe: endless}, architecture: x86_64, firmware: bios, provisioning: none, adapter: systemd, user: root}\n", Stop);
    }

    private static bool IsAlive(string pid)
    {
        try
        {
            // A zombie is dead; whoever adopted it may not have asked for it yet.
            return !File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
