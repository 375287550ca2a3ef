using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CliWrap;
using Kola.Machines.Provisioning;
using Kola.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Ssh;

/// <summary>A real OpenSSH server on loopback, with keys and files of its own.</summary>
internal sealed class SshServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/sshd", Mark = "KOLA_TEST_SERVER";

    /// <summary>
    /// Waits until its owner lets go or is dead, then kills the server and all that its commands left: each is a session of its own, and outlives its
    /// connection. Commands have the mark in their environment; sshd writes its title over its own, so it is known by its configuration file.
    /// </summary>
    private const string Sweep = """
        cat > /dev/null
        while
          found=$(grep -lszxF -- "$MARKED" /proc/[0-9]*/environ; echo "$CONFIGURED" | grep -lsF -f - /proc/[0-9]*/cmdline)
          [ -n "$found" ]
        do
          for file in $found; do pid=${file#/proc/}; kill -s KILL "${pid%%/*}"; done
          sleep 0.05
        done 2> /dev/null
        """;

    private readonly TemporaryFolder folder = new();
    private readonly Process sweeper;
    private Process? process;
    private bool ended;

    private SshServer() =>
        // A session of its own: what ends the tests' group must not end it first.
        sweeper = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", Sweep])
        {
            RedirectStandardInput = true,
            Environment = { ["MARKED"] = $"{Mark}={folder.Path}", ["CONFIGURED"] = folder["sshd_config"] },
        })!;

    public string Folder => folder.Path;

    public AccessKey Key { get; private set; } = null!;

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    public SshTarget Target => new() { Name = "server", EndPointAsync = _ => Task.FromResult(EndPoint) };

    public string Transcript => folder["ssh.log"];

    public static async Task<SshServer> StartAsync()
    {
        if (!File.Exists(Program))
            Assert.Inconclusive("sshd is not installed (Debian package openssh-server)");
        var server = new SshServer();
        Directory.CreateDirectory("/run/sshd");
        Directory.CreateDirectory(server.folder["keys"]);
        server.Key = await AccessKey.CreateAsync(server.folder["keys"], CancellationToken.None);
        server.Authorize(server.Key);
        await server.NewHostKeyAsync();
        await server.StartProcessAsync();
        server.Ssh = server.Session();
        return server;
    }

    /// <summary>A session that ends with the server.</summary>
    public SshSession Ssh { get; private set; } = null!;

    /// <summary>Another session, which its maker ends.</summary>
    public SshSession Session(AccessKey? key = null, IGuestLink? link = null, IReadOnlyList<string>? users = null, int? refusals = 1) =>
        new(Target with { Link = link }, key ?? Key, users ?? [Environment.UserName], Transcript, TimeProvider.System, refusals);

    /// <summary>Further lines of sshd_config, from the next start on.</summary>
    public string Options { get; set; } = "";

    /// <summary>Where commands find programs, from the next start on; <see langword="null"/>: as sshd sets it.</summary>
    public string? SearchPath { get; set; }

    /// <summary>Kinds of host keys that it has, from the next start on.</summary>
    public IReadOnlyList<string> HostKeys { get; set; } = ["ed25519"];

    /// <summary>Starts one whose commands find the programs of <see cref="AddProgram"/> before the host's.</summary>
    public static async Task<SshServer> StartWithProgramsAsync()
    {
        var server = await StartAsync();
        await server.StopAsync();
        server.SearchPath = $"{server.Folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        await server.StartProcessAsync();
        return server;
    }

    /// <summary>Puts a program of a shell's there that stands for one of the guest's.</summary>
    public void AddProgram(string name, string script)
    {
        var file = Path.Combine(Folder, "bin", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Lets a key in, and no other. <see langword="null"/>: none.</summary>
    public void Authorize(AccessKey? key) => folder.Write("authorized_keys", string.Concat(key?.PublicKeyLines.Select(line => line + "\n") ?? []));

    public async Task NewHostKeyAsync(string kind = "ed25519")
    {
        File.Delete(folder[$"host_{kind}"]);
        await Cli.Wrap("ssh-keygen").WithArguments(["-q", "-t", kind, "-N", "", "-f", folder[$"host_{kind}"]]).ExecuteAsync();
    }

    /// <summary>Starts the server on a free port: sshd takes no port 0, so a port that was just given out is tried until one is still free.</summary>
    public async Task StartProcessAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                EndPoint = (IPEndPoint)probe.LocalEndpoint;
            }

            File.Delete(folder["sshd.log"]);
            folder.Write("sshd_config", $"""
                ListenAddress 127.0.0.1:{EndPoint.Port}
                {string.Join('\n', HostKeys.Select(kind => $"HostKey {folder[$"host_{kind}"]}"))}
                AuthorizedKeysFile {folder["authorized_keys"]}
                StrictModes no
                UsePAM no
                PidFile none
                PermitRootLogin yes
                SetEnv {Mark}={folder.Path} HOME={folder.Path}{(SearchPath is null ? "" : $" PATH={SearchPath}")}
                PasswordAuthentication no
                {Options}
                """);
            process = Process.Start(new ProcessStartInfo(Program, ["-D", "-E", folder["sshd.log"], "-f", folder["sshd_config"]]))!;
            if (await ListensAsync())
                return;
            if (attempt == 5)
                throw new InvalidOperationException("sshd does not start: " + await File.ReadAllTextAsync(folder["sshd.log"]));
        }
    }

    /// <summary>Ends the server and every connection it serves.</summary>
    public async Task StopAsync()
    {
        if (process is null)
            return;
        // The processes that serve connections are sshd's children, and outlive it.
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>Ends the server for good, and all that its commands left.</summary>
    public async Task EndAsync()
    {
        if (ended)
            return;
        ended = true;
        if (Ssh is not null)
            await Ssh.DisposeAsync();
        await StopAsync();
        sweeper.StandardInput.Close();
        await sweeper.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        sweeper.Dispose();
        folder.Dispose();
    }

    private async Task<bool> ListensAsync()
    {
        while (!process!.HasExited)
        {
            if (File.Exists(folder["sshd.log"]) && (await File.ReadAllTextAsync(folder["sshd.log"])).Contains("Server listening", StringComparison.Ordinal))
                return true;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        return false;
    }
}
