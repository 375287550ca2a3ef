using System.Globalization;
using CliWrap;
using Kola.Machines.Files;
using Kola.Machines.Host;

namespace Kola.Machines.Images.Building;

/// <summary>Runs a recipe's <c>build</c> program, in a scope of its own: nothing of it outlives Kola, however Kola ends.</summary>
/// <param name="source">The recipe's folder.</param>
/// <param name="work">The recipe's cache, which also holds its signing key.</param>
/// <param name="shared">The cache that all recipes share: what they build with.</param>
/// <param name="state">The state folder, for the scope.</param>
internal sealed class RecipeBuild(string source, string work, string shared, string state, BuildOptions options, TimeProvider time)
{
    private const int RememberedLines = 40;

    public BuildOptions Options => options;

    /// <summary>SHA-256 of the public key that releases are signed with; <see langword="null"/> before the first build.</summary>
    public string? SigningKey() => Keys().Order(StringComparer.Ordinal).FirstOrDefault() is { } key ? FileDigest.Sha256OfBytes(File.ReadAllBytes(key)) : null;

    /// <summary>The public half has the ending of its kind, such as <c>public.gpg</c>.</summary>
    private string[] Keys() => Path.Combine(work, options.Signer is { } signer ? $"keys-{signer}" : "keys") is var keys && Directory.Exists(keys) ? Directory.GetFiles(keys, "public.*") : [];

    /// <exception cref="HostException">It failed, or cannot be started.</exception>
    public async Task RunAsync(string release, string output, Action<string> line, CancellationToken cancellation)
    {
        Directory.CreateDirectory(work);
        var errors = new Queue<string>();
        void Remember(string text)
        {
            if (errors.Count == RememberedLines)
                errors.Dequeue();
            errors.Enqueue(text);
        }
        var program = Path.Combine(source, "build");
        if (!Executables.IsExecutable(program))
            throw new HostException($"{program} cannot be started; make it executable: chmod +x {program}");
        await using var scope = await ProcessScope.StartAsync(state, time, cancellation);
        var command = scope
            .Wrap(program, ["--release", release, "--output", output, "--work", work, "--shared", shared, .. Chosen()])
            // The trees are arguments, so that what was built can be told from the record.
            .WithEnvironmentVariables(environment => environment.Set("KOLA_RELEASE_TREE", null))
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(Remember));
        var exit = await ExecuteAsync(command, cancellation);
        if (exit != 0)
            throw Failed(program, release, exit, errors);
    }

    /// <summary>What only some releases have.</summary>
    private IEnumerable<string> Chosen() =>
    [
        .. options.Trees.SelectMany(tree => (string[])["--tree", Path.GetFullPath(tree)]),
        .. options.Trust.SelectMany(name => (string[])["--trust", name]),
        .. options.Signer is { } signer ? (string[])["--signer", signer] : [],
    ];

    /// <summary>A cancelled build is interrupted as a terminal would, with all its children, and killed when it does not end in time.</summary>
    private async Task<int> ExecuteAsync(Command command, CancellationToken cancellation)
    {
        using var kill = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var running = command.ExecuteAsync(kill.Token, CancellationToken.None);
        await using var interrupted = cancellation.Register(() =>
        {
            kill.CancelAfter(options.Grace);
            // It leads a session, and so a process group, of its own: a shell that waits for a child would not act on a signal to itself alone.
            _ = Cli.Wrap("sh").WithArguments(["-c", "kill -s INT -- -" + running.ProcessId.ToString(CultureInfo.InvariantCulture)])
                .WithValidation(CommandResultValidation.None).ExecuteAsync();
        });
        var exit = (await running).ExitCode;
        cancellation.ThrowIfCancellationRequested();
        return exit;
    }

    private static HostException Failed(string program, string release, int exit, IEnumerable<string> errors)
    {
        var said = string.Join('\n', errors.Select(text => "  " + text));
        return exit switch
        {
            2 => new($"{program} does not take the arguments of images/README.md; correct the recipe\n{said}"),
            3 => new($"this host lacks tools to build release {release}; run ci/setup\n{said}"),
            > 128 => new($"the build of release {release} was killed by signal {exit - 128}; run it again\n{said}"),
            _ => new($"the build of release {release} failed ({program} ended with {exit}); correct what it says and run it again\n{said}"),
        };
    }
}
