using System.IO.Pipelines;
using System.Text;
using CliWrap;
using CliWrap.EventStream;

namespace Kola.Tests.CommandLine;

/// <summary>A kola that runs on a terminal of its own (util-linux's <c>script</c> makes it), with somebody who types.</summary>
internal sealed class Terminal(KolaSandbox kola)
{
    private readonly Pipe typed = new();

    public List<string> Lines { get; } = [];

    public async Task TypeAsync(string keys, CancellationToken cancellation) => await typed.Writer.WriteAsync(Encoding.ASCII.GetBytes(keys), cancellation);

    /// <summary>Runs Kola; <paramref name="saw"/> is told each line as it is shown.</summary>
    /// <returns>Kola's exit code.</returns>
    public async Task<int> RunAsync(IEnumerable<string> arguments, Func<string, Task> saw, CancellationToken cancellation)
    {
        // exec: script's shell would get the Ctrl-C too, and some shells then end with it whatever Kola ended with.
        string[] words = ["env", "--default-signal=INT,QUIT", "dotnet", Path.Combine(AppContext.BaseDirectory, "kola.dll"), .. arguments];
        var command = kola.Wrap("script", ["--quiet", "--return", "--command", $"exec {string.Join(' ', words.Select(word => $"'{word}'"))}", "/dev/null"])
            .WithStandardInputPipe(PipeSource.FromStream(typed.Reader.AsStream()));
        var code = -1;
        await foreach (var told in command.ListenAsync(cancellation))
        {
            if (told is StandardOutputCommandEvent line)
            {
                Lines.Add(line.Text);
                await saw(line.Text);
            }
            else if (told is ExitedCommandEvent ended)
            {
                code = ended.ExitCode;
            }
        }

        return code;
    }
}
