using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FluentAssertions;
using Kola.Machines.Qemu.Serial;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Machines.Qemu.Serial;

internal sealed class SerialConsoleTests
{
    private readonly FakeTimeProvider time = new();
    private string folder = null!;
    private SerialConsole console = null!;

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public void Prepare()
    {
        folder = Directory.CreateTempSubdirectory("kola-test").FullName;
        console = new(folder, [new("initrd-failure", new Regex("my initrd failed")), .. ConsolePatterns.Fatal], time);
    }

    [TearDown]
    public void Clean()
    {
        console.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Print(string text) => console.Accept(Encoding.UTF8.GetBytes(text));

    [Test]
    public void Lines_since_a_position_are_those_that_begin_there_or_later()
    {
        Print("one\ntwo\n");
        var position = console.Position;
        Print("three\nfour\nfi");

        console.LinesSince(position).Should().Equal("three", "four");
        console.LinesSince(position + 1).Should().Equal("four");
        console.LinesSince(0).Should().HaveCount(4);
    }

    [Test]
    public async Task The_log_holds_the_bytes_as_they_came()
    {
        Print("\e[31mred\e[0m\r\n");
        Print("> ");
        (await File.ReadAllTextAsync(console.LogPath, Stop)).Should().Be("\e[31mred\e[0m\r\n> ");
        console.Text.Should().Be("red\n> ");
        console.Position.Should().Be(6);
        console.Tail(5).Should().Equal("red", "> ");
    }

    [Test]
    public async Task Text_that_came_already_is_found()
    {
        Print("one\ntwo\n");
        var match = await console.WaitForAsync(new Regex("^t(.*)$"), 0, Stop);
        match.Match.Groups[1].Value.Should().Be("wo");
        (match.Position, match.End).Should().Be((4, 7));
    }

    [Test]
    public async Task Text_across_chunks_is_found()
    {
        var waiting = console.WaitForAsync(new Regex("login: $"), 0, Stop);
        Print("host log");
        waiting.IsCompleted.Should().BeFalse();
        Print("in\e[0m: ");
        (await waiting).Line.Should().Be("host login: ");
    }

    [Test]
    public async Task Text_before_the_position_does_not_count()
    {
        Print("ready\nrea");
        var waiting = console.WaitForAsync(new Regex("ready"), 1, Stop);
        waiting.IsCompleted.Should().BeFalse();
        Print("dy\n");
        (await waiting).Position.Should().Be(6);
        var again = await console.WaitForAsync(new Regex("ready"), 0, Stop);
        (await console.WaitForAsync(new Regex("ready"), again.End, Stop)).Position.Should().Be(6);
    }

    [Test]
    public async Task A_cancelled_wait_is_a_cancellation()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = console.WaitForAsync(new Regex("x"), 0, cancel.Token);
        await cancel.CancelAsync();
        await waiting.Invoking(w => w).Should().ThrowAsync<OperationCanceledException>();
        Print("x\n");
    }

    [Test]
    public void A_fatal_line_is_told_when_it_ends_with_its_escapes_removed()
    {
        var seen = new List<ConsoleFaultSeen>();
        console.FaultSeen += seen.Add;
        Print("fine\n[ 1.0] Kernel pa\e[1mnic - not syncing: ");
        seen.Should().BeEmpty();
        Print("test\r\nmy initrd failed\n");
        seen.Should().Equal(
            new ConsoleFaultSeen("kernel-panic", "[ 1.0] Kernel panic - not syncing: test", 5),
            new ConsoleFaultSeen("initrd-failure", "my initrd failed", 45));
    }

    [Test]
    public async Task A_line_that_the_power_cut_is_told_too()
    {
        var seen = new List<ConsoleFaultSeen>();
        console.FaultSeen += seen.Add;
        using var stream = new MemoryStream("Kernel panic - not syncing: cut"u8.ToArray());
        await console.PumpAsync(stream);
        seen.Should().ContainSingle();
        console.Position.Should().Be(32);
    }

    [Test]
    public async Task Times_name_offsets_and_what_Kola_did()
    {
        console.Mark("power-on");
        Print("abc");
        Print("same burst");
        time.Advance(TimeSpan.FromSeconds(2));
        Print("later");
        var lines = (await File.ReadAllLinesAsync(Path.Combine(folder, SerialConsole.TimesName), Stop))
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Select(line => line.GetProperty("offset").GetInt64()).Should().Equal(0, 0, 13);
        lines[0].GetProperty("mark").GetString().Should().Be("power-on");
        (lines[2].GetProperty("at").GetDateTimeOffset() - lines[1].GetProperty("at").GetDateTimeOffset()).Should().Be(TimeSpan.FromSeconds(2));
    }

    [Test]
    public void Memory_is_bounded_and_positions_go_on()
    {
        var line = new string('x', 999) + "\n";
        for (var i = 0; i < 3000; i++)
            Print(line);
        console.Position.Should().Be(3_000_000);
        console.Text.Length.Should().BeInRange(1_000_000, 1 << 20);
        new FileInfo(console.LogPath).Length.Should().Be(3_000_000);
    }

    private void PrintMuch()
    {
        var line = new string('x', 999) + "\n";
        for (var i = 0; i < 1500; i++)
            Print(line);
    }

    [Test]
    public async Task What_memory_has_forgotten_is_found_all_the_same()
    {
        Print("MARKED-LINE\n");
        PrintMuch();
        Print("unfinished");

        console.Text.Should().NotContain("MARKED-LINE");
        (await console.FindAsync(new("MARKED-L.NE"), Stop)).Should().Be("MARKED-LINE");
        (await console.FindAsync(new("^unfinished$", RegexOptions.Multiline), Stop)).Should().Be("unfinished");
        (await console.FindAsync(new("absent"), Stop)).Should().BeNull();
    }

    [Test]
    public async Task What_memory_has_forgotten_is_seen_by_who_waits_and_who_reads_on()
    {
        Print("before\n");
        var position = console.Position;
        Print("one\ntwo\n");
        PrintMuch();

        (await console.WaitForAsync(new("^t(.*)$"), 0, Stop)).Position.Should().Be(11);
        (await console.WaitForAsync(new("n"), position, Stop)).Position.Should().Be(8);
        console.LinesSince(position).Take(2).Should().Equal("one", "two");
        console.LinesSince(position).Should().HaveCount(1502);
        var waiting = console.WaitForAsync(new("last"), 0, Stop);
        Print("at last\n");
        (await waiting).Line.Should().Be("at last");
    }

    [Test]
    public async Task A_line_that_the_power_cut_ends_there_also_when_it_is_read_again()
    {
        using (var stream = new MemoryStream("login: \e[3"u8.ToArray()))
            await console.PumpAsync(stream);
        Print("BdsDxe: starting\n");

        (await console.FindAsync(new("^BdsDxe", RegexOptions.Multiline), Stop)).Should().Be("BdsDxe");
    }

    [Test]
    public async Task A_match_over_lines_is_found_at_any_place()
    {
        for (var before = 0; before < 600; before += 37)
        {
            for (var i = 0; i < before; i++)
                Print(new string('y', 700) + "\n");
            Print($"begin {before}\nend {before}\n");
        }

        for (var before = 0; before < 600; before += 37)
            (await console.FindAsync(new($"begin {before}\nend {before}$", RegexOptions.Multiline), Stop)).Should().NotBeNull("after {0} lines", before);
    }

    [Test]
    public async Task A_line_that_is_too_long_for_memory_is_searched_as_one()
    {
        Print(new string('x', ConsoleLines.LongestLine - 6) + "MARKED-LINE\n");
        (await console.FindAsync(new("MARKED-LINE"), Stop)).Should().Be("MARKED-LINE");
    }

    [Test]
    public void A_panic_behind_an_endless_line_is_told_once()
    {
        var seen = new List<ConsoleFaultSeen>();
        console.FaultSeen += seen.Add;
        Print(new string('x', ConsoleLines.LongestLine - 20) + "[   12.345678] Kernel panic - not syncing: probe\n" + new string('x', 2 * ConsoleLines.LongestLine) + "\n");
        seen.Should().ContainSingle().Which.Name.Should().Be("kernel-panic");
    }

    private static Regex Slow => new("^(a+)+$", RegexOptions.None, TimeSpan.FromMilliseconds(50));

    private static string Tedious => new string('a', 40) + "!\n";

    [Test]
    public async Task An_expression_that_takes_too_long_fails_its_own_wait_and_nothing_else()
    {
        var slow = console.WaitForAsync(Slow, 0, Stop);
        var other = console.WaitForAsync(new("panic"), 0, Stop);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(Tedious + "Kernel panic - not syncing: after it\n"));
        await console.PumpAsync(stream);

        (await slow.Invoking(s => s).Should().ThrowAsync<SlowPatternException>()).WithMessage("the expression /^(a+)+$/ did not finish within 0.* s on a line of 41 characters*");
        (await other).Line.Should().StartWith("Kernel panic");
        await console.Invoking(c => c.FindAsync(Slow, Stop)).Should().ThrowAsync<SlowPatternException>();
    }

    [Test]
    public void A_fatal_pattern_that_takes_too_long_is_told_once_by_its_name_and_the_others_go_on()
    {
        using var watched = new SerialConsole(Directory.CreateDirectory(Path.Combine(folder, "other")).FullName, [new("mine", Slow), .. ConsolePatterns.Fatal], time);
        var seen = new List<ConsoleFaultSeen>();
        watched.FaultSeen += seen.Add;
        watched.Accept(Encoding.UTF8.GetBytes(Tedious + Tedious + "Kernel panic - not syncing: after it\n"));

        seen.Select(fault => fault.Name).Should().Equal("mine", "kernel-panic");
        seen[0].Line.Should().Contain("/^(a+)+$/ did not finish");
    }

    [Test]
    public void A_subscriber_gets_the_bytes_from_then_on()
    {
        Print("before");
        var got = new MemoryStream();
        using (console.Subscribe(bytes => got.Write(bytes.Span)))
            Print("now");
        Print("after");
        Encoding.UTF8.GetString(got.ToArray()).Should().Be("now");
    }

    [Test]
    public async Task Nobody_types_into_a_machine_that_is_off() =>
        await console.Invoking(c => c.WriteAsync(new byte[1], Stop)).Should().ThrowAsync<Kola.Machines.HostException>().WithMessage("*off*");
}
