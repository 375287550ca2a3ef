using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Kola.Machines.Host;

namespace Kola.Bench.Peers;

/// <summary>os-autoinst, the engine of openQA, with a test of its own in <c>os-autoinst/</c> that uses the virtio console, as its users do for what needs no screen.</summary>
/// <remarks>
/// It boots the image as it is: systemd (256 or newer) takes the drop-in that puts a root shell on that console from an SMBIOS string (systemd.system-credentials(7)), so nothing has to be prepared.
/// autopkgtest-virt-qemu was tried, too. It mounts a folder of the host by 9p, which the kernel of Debian's cloud images does not have.
/// </remarks>
internal static class OsAutoinst
{
    private const string Program = "isotovideo";

    /// <summary>What the shell says before its first prompt.</summary>
    private const string Ready = "bench-shell-ready";

    /// <summary>Why it cannot run here; <see langword="null"/>: it can.</summary>
    public static string? Missing => Executables.Find(Program) is null ? "it is not installed" : null;

    /// <summary>Does the task once, from the start of its program to its end.</summary>
    /// <param name="disk">The image's disk, raw, which is not written to.</param>
    /// <param name="work">An empty folder.</param>
    /// <exception cref="BenchException">It did not get through.</exception>
    public static async Task RunAsync(string disk, string work, CancellationToken cancellation)
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
            ["QEMU_SMBIOS"] = $"type=11,value=io.systemd.credential.binary:systemd.unit-dropin.serial-getty@hvc0.service={Convert.ToBase64String(Encoding.UTF8.GetBytes($"[Service]\nExecStartPre=/bin/echo {Ready}\nExecStart=\nExecStart=/bin/sh -i\n"))}",
            // A display of QEMU's, counted from port 5900.
            ["VNC"] = FreeDisplay(),
        };
        if (!File.Exists("/dev/kvm"))
            settings["QEMU_NO_KVM"] = 1;
        await File.WriteAllTextAsync(Path.Combine(work, "vars.json"), settings.ToJsonString(), cancellation);
        var ended = await Cli.Wrap(Program).WithArguments(["-d"]).WithWorkingDirectory(work)
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["BENCH_COMMAND"] = PeerTask.Command, ["BENCH_ANSWER"] = PeerTask.Answer, ["BENCH_READY"] = Ready })
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
