using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kola.Tests.FakeQemu;

/// <summary>Connects where QEMU's options say, answers the monitor, and plays the script.</summary>
internal sealed class FakeMachine(FakeScript script, string name, Stream console, Stream? journal, Stream monitor)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> played = [];
    private string status = "prelaunch";
    private string migration = "none";
    private bool resumed;

    public static async Task<int> RunAsync(FakeScript script, string[] options)
    {
        var name = options[Array.IndexOf(options, "-name") + 1];
        foreach (var (action, argument) in (IEnumerable<(string, string)>)[.. script.At("launch"), .. script.At($"launch {name}")])
        {
            if (action == "stderr")
                await Console.Error.WriteLineAsync(argument);
            else if (action == "exit")
                return int.Parse(argument);
            else if (action == "delay")
                await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(argument)), TimeProvider.System);
        }

        Remember(options);
        await using var console = Connect(options, "console");
        await using var journal = options.Any(o => o.StartsWith("socket,id=journal,", StringComparison.Ordinal)) ? Connect(options, "journal") : null;
        var cables = options.Where(o => o.StartsWith("stream,id=net", StringComparison.Ordinal)).Select(o => Connect(o, "addr.path=")).ToArray();
        await using var monitor = Connect(options, "qmp");
        var machine = new FakeMachine(script, name, console, journal, monitor);
        _ = machine.KeysAsync();
        var code = await machine.ServeAsync();
        foreach (var cable in cables)
            await cable.DisposeAsync();
        return code;
    }

    /// <summary>The guest's memory, where it is a file that is written.</summary>
    private static void Remember(string[] options)
    {
        if (options.FirstOrDefault(o => o.StartsWith("memory-backend-file,", StringComparison.Ordinal) && o.EndsWith("share=on", StringComparison.Ordinal)) is { } memory)
            File.AppendAllText(memory.Split(',').First(part => part.StartsWith("mem-path=", StringComparison.Ordinal))["mem-path=".Length..], "memory");
    }

    private static NetworkStream Connect(string[] options, string id) =>
        Connect(options.First(o => o.StartsWith($"socket,id={id},", StringComparison.Ordinal)), "path=");

    private static NetworkStream Connect(string option, string key)
    {
        var path = option.Split(',').First(part => part.StartsWith(key, StringComparison.Ordinal))[key.Length..];
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task<int> ServeAsync()
    {
        Send("""{"QMP": {"version": {"qemu": {"micro": 2, "minor": 0, "major": 10}, "package": "fake"}, "capabilities": []}}""");
        using var reader = new StreamReader(monitor);
        while (await reader.ReadLineAsync() is { } line)
        {
            var command = JsonNode.Parse(line)!;
            Trace(command["execute"]!.GetValue<string>());
            Answer(command);
            if (command["execute"]!.GetValue<string>() == "cont")
                _ = PlayAsync(resumed ? "resume" : "cont");
        }

        return 0;
    }

    /// <summary>One file a process: two that append to one would write over each other.</summary>
    private void Trace(string command)
    {
        if (script.At("trace") is not [("file", var path)])
            return;
        File.AppendAllText($"{path}.{Environment.ProcessId}", $"{TimeProvider.System.GetTimestamp()} {name} {command}\n");
    }

    private void Answer(JsonNode command)
    {
        var id = command["id"]!.ToJsonString();
        var asked = command["execute"]!.GetValue<string>();
        var answer = asked switch
        {
            "qmp_capabilities" or "stop" or "system_powerdown" or "system_reset" or "quit" => "{}",
            "migrate-set-capabilities" or "set_link" => "{}",
            "migrate" => Save(command["arguments"]!["uri"]!.GetValue<string>()),
            "migrate-incoming" => Load(command["arguments"]!["uri"]!.GetValue<string>()),
            "query-migrate" => $$"""{"status": "{{migration}}"}""",
            "cont" => Continue(),
            "query-status" => $$"""{"status": "{{status}}", "running": {{(status == "running" ? "true" : "false")}} }""",
            "human-monitor-command" => JsonSerializer.Serialize(Connections()),
            "query-rx-filter" when SshPort is not null => """[{"name": "net0", "promiscuous": false}]""",
            "screendump" => Screendump(command["arguments"]!["filename"]!.GetValue<string>()),
            _ => null,
        };
        Send(answer is null
            ? $$"""{"id": {{id}}, "error": {"class": "CommandNotFound", "desc": "The command {{asked}} has not been found"} }"""
            : $$"""{"id": {{id}}, "return": {{answer}} }""");
        _ = asked switch
        {
            "system_powerdown" => PlayAsync("powerdown", [("event", Event("POWERDOWN", "{}")), ("shutdown", "")]),
            "system_reset" => PlayAsync("reset", [("event", Event("RESET", """{"guest": false, "reason": "host-qmp-system-reset"}"""))]),
            "quit" => PlayAsync("quit", [("event", Event("SHUTDOWN", """{"guest": false, "reason": "host-qmp-quit"}""")), ("exit", "0")]),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>Where a server answers SSH in the guest's place; <see langword="null"/>: nowhere.</summary>
    private string? SshPort => script.At("ssh") is [("port", var port)] ? port : null;

    private string Connections() =>
        "Hub -1 (net0):\r\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n"
        + $"  TCP[HOST_FORWARD]  12       127.0.0.1 {SshPort ?? "40022"}       10.0.2.15    22     0     0\r\n"
        + (SshPort is null ? "" : "  TCP[ESTABLISHED]   13       127.0.0.1 40023       10.0.2.15    22     0     0\r\n");

    private string Continue()
    {
        status = "running";
        return "{}";
    }

    private string Save(string uri)
    {
        File.WriteAllText(uri["exec:cat > ".Length..], "devices");
        migration = "completed";
        return "{}";
    }

    private string Load(string uri)
    {
        resumed = File.ReadAllText(uri["exec:cat ".Length..]) == "devices";
        migration = resumed ? "completed" : "failed";
        status = "paused";
        return "{}";
    }

    private static string Screendump(string path)
    {
        File.WriteAllBytes(path, [0x89, 0x50, 0x4e, 0x47]);
        return "{}";
    }

    /// <summary>Plays what the script has for an occasion, else the default.</summary>
    private async Task PlayAsync(string when, IReadOnlyList<(string Action, string Argument)>? otherwise = null)
    {
        int time;
        lock (gate)
            time = played[when] = played.GetValueOrDefault(when) + 1;
        var actions = script.At($"{when} {time}") is { Count: > 0 } now ? now : script.At(when);
        foreach (var (action, argument) in actions.Count > 0 ? actions : otherwise ?? [])
            await DoAsync(action, argument);
    }

    private async Task DoAsync(string action, string argument)
    {
        switch (action)
        {
            case "print": await console.WriteAsync(Encoding.Latin1.GetBytes(argument)); break;
            case "journal": await journal!.WriteAsync(Encoding.UTF8.GetBytes(argument)); break;
            case "stderr": await Console.Error.WriteLineAsync(argument); break;
            case "delay": await Task.Delay(TimeSpan.FromMilliseconds(int.Parse(argument)), TimeProvider.System); break;
            case "event": Send(argument); break;
            case "ignore": break;
            case "exit": Environment.Exit(int.Parse(argument)); break;
            case "die": Process.GetCurrentProcess().Kill(); break;
            case "shutdown":
                Send(Event("SHUTDOWN", """{"guest": true, "reason": "guest-shutdown"}"""));
                Environment.Exit(0);
                break;
            case "reboot":
                Send(Event("RESET", """{"guest": true, "reason": "guest-reset"}"""));
                await PlayAsync("reboot");
                break;
            default: throw new InvalidOperationException($"no action {action}");
        }
    }

    private async Task KeysAsync()
    {
        var key = new byte[1];
        while (await console.ReadAsync(key) > 0)
            await PlayAsync($"key {(char)key[0]}");
    }

    private static string Event(string name, string data) =>
        $$"""{"timestamp": {"seconds": 1700000000, "microseconds": 1}, "event": "{{name}}", "data": {{data}} }""";

    private void Send(string line)
    {
        lock (gate)
            monitor.Write(Encoding.UTF8.GetBytes(line + "\r\n"));
    }
}
