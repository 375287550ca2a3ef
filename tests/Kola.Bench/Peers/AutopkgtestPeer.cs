using System.Globalization;
using System.Text;
using System.Threading.Channels;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Bench.Peers;

/// <summary>autopkgtest's virtualisation server for QEMU, which answers line by line (README.virtualisation-server of that package).</summary>
internal sealed class AutopkgtestPeer : IPeer
{
    private const string Program = "autopkgtest-virt-qemu";

    public string Name => "autopkgtest-virt-qemu";

    public string? Missing => Executables.Find(Program) is not null ? null : "autopkgtest is not installed";

    public async Task RunAsync(string disk, string work, CancellationToken cancellation)
    {
        var (asked, answers, complaint) = (Channel.CreateUnbounded<string>(), Channel.CreateUnbounded<string>(), new StringBuilder());
        using var running = Cli.Wrap(Program)
            .WithArguments(["--ram-size", PeerTask.MemoryMiB.ToString(CultureInfo.InvariantCulture), "--timeout-reboot", "600", "--overlay-dir", work, $"--qemu-options={string.Join(' ', RootShells.Arguments)}", disk])
            .WithValidation(CommandResultValidation.None)
            .WithStandardInputPipe(PipeSource.Create(WriteAsync)).WithStandardOutputPipe(PipeTarget.ToDelegate(line => answers.Writer.TryWrite(line))).WithStandardErrorPipe(PipeTarget.ToStringBuilder(complaint))
            .ExecuteAsync(CancellationToken.None, cancellation);
        var ended = running.Task.ContinueWith(_ => answers.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        try
        {
            await AnswerAsync();
            await AskAsync("open");
            await CommandAsync();
            await AskAsync("reboot");
            await CommandAsync();
            await AskAsync("close");
            asked.Writer.TryWrite("quit");
        }
        finally
        {
            asked.Writer.TryComplete();
            await ended;
        }

        async Task WriteAsync(Stream input, CancellationToken stopping)
        {
            await foreach (var line in asked.Reader.ReadAllAsync(stopping))
            {
                await input.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), stopping);
                await input.FlushAsync(stopping);
            }
        }

        async Task<string> AskAsync(string line)
        {
            asked.Writer.TryWrite(line);
            return await AnswerAsync();
        }

        async Task<string> AnswerAsync() =>
            await answers.Reader.WaitToReadAsync(cancellation) && answers.Reader.TryRead(out var answer) && answer.StartsWith("ok", StringComparison.Ordinal) ? answer : throw new BenchException($"{Program} gave up:\n{complaint}");

        async Task CommandAsync()
        {
            var words = (await AskAsync("print-execute-command")).Split(' ')[1].Split(',').Select(Uri.UnescapeDataString).ToArray();
            var said = await Cli.Wrap(words[0]).WithArguments([.. words[1..], "sh", "-c", PeerTask.Command]).WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
            if (said.StandardOutput.Trim() != PeerTask.Answer)
                throw new BenchException($"{Program}: the command said '{said.StandardOutput.Trim()}', and '{PeerTask.Answer}' was expected: {said.StandardError}");
        }
    }
}
