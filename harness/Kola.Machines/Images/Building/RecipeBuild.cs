using System.ComponentModel;
using CliWrap;

namespace Kola.Machines.Images.Building;

/// <summary>Runs a recipe's <c>build</c> program.</summary>
/// <param name="source">The recipe's folder.</param>
/// <param name="work">The recipe's cache, which also holds its signing key.</param>
internal sealed class RecipeBuild(string source, string work, BuildOptions options, TimeProvider time)
{
    private const int RememberedLines = 40;

    public BuildOptions Options => options;

    /// <summary>SHA-256 of the public key that releases are signed with; <see langword="null"/> before the first build.</summary>
    public string? SigningKey() => File.Exists(KeyPath) ? FileDigest.Sha256OfBytes(File.ReadAllBytes(KeyPath)) : null;

    private string KeyPath => Path.Combine(work, "keys", "public.gpg");

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
        var command = options.Start(program)
            .WithArguments(["--release", release, "--output", output, "--work", work, .. options.Trees.SelectMany(tree => (string[])["--tree", Path.GetFullPath(tree)])])
            // The trees are arguments, so that what was built can be told from the record.
            .WithEnvironmentVariables(environment => environment.Set("KOLA_RELEASE_TREE", null))
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line))
            .WithStandardErrorPipe(PipeTarget.ToDelegate(Remember))
            .WithValidation(CommandResultValidation.None);
        int exit;
        try
        {
            exit = await ExecuteAsync(command, cancellation);
        }
        catch (Win32Exception failure)
        {
            throw new HostException($"{program} cannot be started ({failure.Message}); make it executable: chmod +x {program}", failure);
        }
        if (exit != 0)
            throw Failed(program, release, exit, errors);
    }

    /// <summary>A cancelled build is interrupted, and killed with all its children when it does not end in time.</summary>
    private async Task<int> ExecuteAsync(Command command, CancellationToken cancellation)
    {
        using var kill = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var later = cancellation.Register(() => kill.CancelAfter(options.Grace));
        return (await command.ExecuteAsync(kill.Token, cancellation)).ExitCode;
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
