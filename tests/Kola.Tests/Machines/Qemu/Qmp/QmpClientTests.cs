using System.Net.Sockets;
using System.Text.Json.Nodes;
using FluentAssertions;
using Kola.Machines.Qemu.Qmp;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Qmp;

internal sealed class QmpClientTests
{
    private readonly List<QmpEvent> events = [];
    private readonly List<Exception> failures = [];
    private Action<QmpEvent> received = null!;
    private Socket qemu = null!;
    private NetworkStream near = null!;
    private StreamReader commands = null!;
    private StreamWriter answers = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task Connect()
    {
        var path = Path.Combine(Path.GetTempPath(), $"kola-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        qemu = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await qemu.ConnectAsync(new UnixDomainSocketEndPoint(path), Stop);
        near = new(await listener.AcceptAsync(Stop), ownsSocket: true);
        File.Delete(path);
        var stream = new NetworkStream(qemu, ownsSocket: true);
        commands = new(stream);
        answers = new(stream) { AutoFlush = true };
        events.Clear();
        failures.Clear();
        received = events.Add;
    }

    [TearDown]
    public void Disconnect()
    {
        answers.Dispose();
        commands.Dispose();
        near.Dispose();
        qemu.Dispose();
    }

    private async Task<JsonNode> CommandAsync() => JsonNode.Parse((await commands.ReadLineAsync(Stop))!)!;

    private async Task<QmpClient> StartAsync()
    {
        var starting = QmpClient.StartAsync(near, told => received(told), () => Task.FromResult("QEMU ended with exit code 3"), failures.Add, Stop);
        await answers.WriteLineAsync("""{"QMP": {"version": {}, "capabilities": ["oob"]}}""");
        var capabilities = await CommandAsync();
        capabilities["execute"]!.GetValue<string>().Should().Be("qmp_capabilities");
        await answers.WriteLineAsync($$"""{"return": {}, "id": {{capabilities["id"]}} }""");
        return await starting;
    }

    [Test]
    public async Task Answers_find_their_commands_in_any_order()
    {
        await using var client = await StartAsync();
        var status = client.ExecuteAsync(new QueryStatus(), Stop);
        var first = await CommandAsync();
        var monitor = client.ExecuteAsync(new HumanMonitorCommand("info \"usernet\""), Stop);
        var second = await CommandAsync();
        second["arguments"]!.ToJsonString().Should().Contain("command-line");
        second["arguments"]!["command-line"]!.GetValue<string>().Should().Be("info \"usernet\"");
        await answers.WriteLineAsync($$"""{"return": "text", "id": {{second["id"]}} }""");
        await answers.WriteLineAsync($$"""{"return": {"status": "paused", "running": false, "singlestep": false}, "id": {{first["id"]}} }""");
        (await monitor).Should().Be("text");
        (await status).Should().Be(new RunStatus("paused", false));
    }

    [Test]
    public async Task A_refusal_carries_QEMUs_words()
    {
        await using var client = await StartAsync();
        var dump = client.ExecuteAsync(new Screendump("/x.png"), Stop);
        var command = await CommandAsync();
        command["arguments"]!.ToJsonString().Should().Be("""{"filename":"/x.png","format":"png"}""");
        await answers.WriteLineAsync($$"""{"error": {"class": "GenericError", "desc": "no console"}, "id": {{command["id"]}} }""");
        (await dump.Invoking(d => d).Should().ThrowAsync<QmpException>()).Which.Message.Should().Contain("screendump").And.Contain("no console");
    }

    [Test]
    public async Task Commands_without_an_answer_tell_how_QEMU_ended()
    {
        await using var client = await StartAsync();
        var status = client.ExecuteAsync(new QueryStatus(), Stop);
        await CommandAsync();
        qemu.Close();
        await status.Invoking(s => s).Should().ThrowAsync<QmpClosedException>().WithMessage("QEMU ended with exit code 3");
        await client.Invoking(c => c.ExecuteAsync(new Quit(), Stop)).Should().ThrowAsync<QmpClosedException>().WithMessage("*exit code 3");
    }

    [Test]
    public async Task A_QEMU_that_ends_before_its_greeting_is_told()
    {
        var starting = QmpClient.StartAsync(near, told => received(told), () => Task.FromResult("QEMU ended with exit code 1"), failures.Add, Stop);
        qemu.Close();
        await starting.Invoking(s => s).Should().ThrowAsync<QmpClosedException>().WithMessage("*exit code 1");
    }

    [Test]
    public async Task Events_are_typed_and_unknown_ones_kept()
    {
        await using var client = await StartAsync();
        foreach (var (name, data) in new[]
        {
            ("SHUTDOWN", """{"guest": true, "reason": "guest-shutdown"}"""), ("RESET", """{"guest": false, "reason": "host-qmp-system-reset"}"""),
            ("STOP", "{}"), ("RESUME", "{}"), ("POWERDOWN", "{}"), ("WATCHDOG", """{"action": "reset"}"""), ("GUEST_PANICKED", """{"action": "pause"}"""),
            ("MIGRATION", """{"status": "completed"}"""), ("NIC_RX_FILTER_CHANGED", """{"name": "n"}"""),
        })
            await answers.WriteLineAsync($$"""{"timestamp": {"seconds": 1700000000, "microseconds": 5}, "event": "{{name}}", "data": {{data}} }""");
        qemu.Close();
        await client.Ended;
        var at = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000).AddMicroseconds(5);
        events.Take(8).Should().Equal(
            new ShutdownEvent(at, true, "guest-shutdown"), new ResetEvent(at, false, "host-qmp-system-reset"), new StopEvent(at), new ResumeEvent(at),
            new PowerdownEvent(at), new WatchdogEvent(at, "reset"), new GuestPanickedEvent(at, "pause"), new MigrationEvent(at, "completed"));
        events[8].Should().BeOfType<OtherEvent>().Which.Name.Should().Be("NIC_RX_FILTER_CHANGED");
    }

    [Test]
    public async Task A_cancelled_command_is_a_cancellation()
    {
        await using var client = await StartAsync();
        using var cancel = new CancellationTokenSource();
        var status = client.ExecuteAsync(new QueryStatus(), cancel.Token);
        await CommandAsync();
        await cancel.CancelAsync();
        await status.Invoking(s => s).Should().ThrowAsync<OperationCanceledException>();
    }

    [Test]
    public async Task A_handler_that_fails_ends_no_connection_and_is_told()
    {
        received = told => throw new InvalidOperationException("handler");
        await using var client = await StartAsync();
        var status = client.ExecuteAsync(new QueryStatus(), Stop);
        var command = await CommandAsync();
        await answers.WriteLineAsync("""{"timestamp": {"seconds": 1700000000, "microseconds": 5}, "event": "STOP", "data": {} }""");
        await answers.WriteLineAsync("""{"event": "WITHOUT_A_TIME"}""");
        await answers.WriteLineAsync($$"""{"return": {"status": "paused", "running": false}, "id": {{command["id"]}} }""");

        (await status.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Stop)).Status.Should().Be("paused");
        failures.Should().HaveCount(2);
    }

    [Test]
    public async Task Commands_end_also_when_nobody_can_tell_how_QEMU_ended()
    {
        var starting = QmpClient.StartAsync(near, events.Add, () => throw new InvalidOperationException("no process"), failures.Add, Stop);
        qemu.Close();
        (await starting.Invoking(s => s.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Stop)).Should().ThrowAsync<QmpClosedException>()).WithMessage("*no process*");
    }
}
