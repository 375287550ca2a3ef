using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Bench.Peers;

/// <summary>os-autoinst, the engine of openQA, with a test of its own in <c>os-autoinst/</c> that uses the virtio console as its users do for what needs no screen.</summary>
internal sealed class OsAutoinstPeer : IPeer
{
    private const string Program = "isotovideo";

    public string Name => "os-autoinst";

    public string? Missing => Executables.Find(Program) is not null ? null : "os-autoinst is not installed";

    public async Task RunAsync(string disk, string work, CancellationToken cancellation)
    {
        var tests = Path.Combine(AppContext.BaseDirectory, "Peers", "os-autoinst");
        var settings = new JsonObject
        {
            ["BACKEND"] = "qemu",
            ["CASEDIR"] = tests,
            ["PRODUCTDIR"] = tests,
            ["NEEDLES_DIR"] = tests,
            ["DISTRI"] = "bench",
            ["ARCH"] = "x86_64",
            ["HDD_1"] = disk,
            ["HDDFORMAT"] = "raw",
            ["QEMURAM"] = PeerTask.MemoryMiB,
            ["QEMUCPUS"] = 1,
            // As its documentation has it: the first option without its dash.
            ["QEMU_APPEND"] = string.Join(' ', RootShells.Arguments)[1..],
            // A display of QEMU's, counted from port 5900.
            ["VNC"] = FreeDisplay(),
        };
        if (!File.Exists("/dev/kvm"))
            settings["QEMU_NO_KVM"] = 1;
        await File.WriteAllTextAsync(Path.Combine(work, "vars.json"), settings.ToJsonString(), cancellation);
        var ended = await Cli.Wrap(Program).WithArguments(["-d"]).WithWorkingDirectory(work)
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["BENCH_COMMAND"] = PeerTask.Command, ["BENCH_ANSWER"] = PeerTask.Answer, ["BENCH_READY"] = RootShells.Ready })
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellation);
        var result = Path.Combine(work, "testresults", "result-answers.json");
        if (!ended.IsSuccess || !File.Exists(result) || (string?)JsonNode.Parse(await File.ReadAllTextAsync(result, cancellation))!["result"] != "ok")
            throw new BenchException($"{Program} ended with {ended.ExitCode}, and its test did not pass:\n{Tail(ended.StandardOutput + ended.StandardError)}");
    }

    private static string Tail(string text) => text.Length <= 3000 ? text : text[^3000..];

    private static int FreeDisplay()
    {
        for (var display = 10; ; display++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, 5900 + display);
                listener.Start();
                return display;
            }
            catch (SocketException) when (display < 1000)
            {
                // Somebody has it.
            }
        }
    }
}
