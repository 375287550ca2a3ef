using CliWrap;
using CliWrap.EventStream;

namespace Kola.Tests.CommandLine;

/// <summary>The built <c>kola</c> as a user calls it: a process of its own, with a checkout, state and QEMU of its own.</summary>
internal sealed class KolaSandbox : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string?> environment;

    /// <param name="script">What the fake guest does, see <c>FakeScript</c>.</param>
    public KolaSandbox(params IEnumerable<string> script)
    {
        folder.Write("images/disk.raw", new byte[1 << 20]);
        folder.Write("images/catalog.yaml", """
            images:
              os: {summary: An image, release: "1", file: disk.raw, architecture: x86_64, firmware: bios, provisioning: none, adapter: systemd, user: root}
            """);
        Scenario("t.one", "os:1");
        var fake = Path.Combine(AppContext.BaseDirectory, "fake-qemu");
        folder.Write("play", string.Join('\n', script));
        var qemu = folder.Write("qemu", $"""
            #!/bin/sh
            [ "$1" = --version ] && exec '{fake}' --version
            exec '{fake}' --script '{folder["play"]}' "$@"

            """);
        File.SetUnixFileMode(qemu, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(folder["runtime"]);
        environment = new()
        {
            ["KOLA_CHECKOUT"] = folder.Path,
            ["KOLA_STATE_DIR"] = folder["state"],
            // Not the host's own: other runs of it are no part of what is tested.
            ["KOLA_HOST_DIR"] = folder["host"],
            ["KOLA_CACHE_DIR"] = folder["cache"],
            ["XDG_RUNTIME_DIR"] = folder["runtime"],
            ["KOLA_QEMU"] = qemu,
            ["KOLA_ACCEL"] = "tcg",
        };
    }

    public string this[string name] => folder[name];

    /// <summary>Sockets' folders, overlays and their like that are there now.</summary>
    public IEnumerable<string> Left => Directory.GetDirectories(folder["runtime"]).Append(folder["state/run"]).Where(Directory.Exists).SelectMany(Directory.EnumerateFileSystemEntries);

    public void Scenario(string name, string image) => folder.Write($"scenarios/{name}.yaml", $"""
        scenario: {name}
        summary: A scenario of a test
        timeout: 10m
        image: {image}
        machines:
          node: {"{ready: false}"}
        steps:
          - console: {"{seen: never comes}"}
            timeout: 5m
        """);

    /// <summary>A file of the checkout.</summary>
    public string Write(string name, string text) => folder.Write(name, text);

    public string Write(string name, byte[] content) => folder.Write(name, content);

    public KolaSandbox With(string variable, string value)
    {
        environment[variable] = value;
        return this;
    }

    public Task<Ended> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation) => RunInAsync("", arguments, cancellation);

    /// <param name="where">Folder of the checkout to call it from.</param>
    public async Task<Ended> RunInAsync(string where, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var (stdout, stderr, code) = (new List<string>(), new List<string>(), -1);
        await foreach (var told in Started(arguments).WithWorkingDirectory(folder[where]).ListenAsync(cancellation))
        {
            if (told is StandardOutputCommandEvent o)
                stdout.Add(o.Text);
            else if (told is StandardErrorCommandEvent e)
                stderr.Add(e.Text);
            else if (told is ExitedCommandEvent end)
                code = end.ExitCode;
        }

        return new(code, stdout, stderr);
    }

    /// <remarks>Tests may run in the background of a shell, where interrupts are ignored, and every process inherits that: Kola starts with the usual signals.</remarks>
    public IAsyncEnumerable<CommandEvent> Follow(IEnumerable<string> arguments, CancellationToken cancellation) =>
        Started(arguments).ListenAsync(cancellation);

    private Command Started(IEnumerable<string> arguments) =>
        Wrap("env", ["--default-signal=INT,QUIT", "dotnet", Path.Combine(AppContext.BaseDirectory, "kola.dll"), .. arguments]);

    /// <summary>Any command in Kola's surroundings, such as a shell that redirects it.</summary>
    public Command Wrap(string program, IEnumerable<string> arguments) =>
        Cli.Wrap(program).WithArguments(arguments).WithWorkingDirectory(folder.Path).WithEnvironmentVariables(environment).WithValidation(CommandResultValidation.None);

    public void Dispose() => folder.Dispose();

    internal sealed record Ended(int Code, IReadOnlyList<string> Stdout, IReadOnlyList<string> Stderr)
    {
        public string Complaint => string.Join('\n', Stderr);
    }
}
