using FluentAssertions;
using Kola.Servers;
using Kola.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha;

/// <summary>What each fault does to what a client reads.</summary>
internal sealed class OmahaFaultTests
{
    private static readonly object[][] Codes =
    [
        [new OmahaFault.Empty(), 30],
        [new OmahaFault.Malformed(), 31],
        [new OmahaFault.UnknownStatus(), 34],
        [new OmahaFault.Status { Code = 503 }, 2503],
        [new OmahaFault.Status { Code = 404 }, 2404],
    ];

    [TestCaseSource(nameof(Codes))]
    public async Task A_client_reports_the_fault_by_its_code(OmahaFault fault, int code)
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order(fault);

        (await clients.AskAsync(OmahaClients.Check("a"))).Error.Should().Be(code);

        (await clients.AnsweredAsync(1))[0].Faults.Should().Equal(fault.Title);
        clients.Server.Machine("a")!.Events.Should().Equal(new OmahaEvent.Check());
    }

    [Test]
    public async Task Noupdate_hides_what_is_offered()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order(new OmahaFault.NoUpdate());

        (await clients.AskAsync(OmahaClients.Check("a"))).Should().Be(new UpdateEngineReading());
    }

    [Test]
    public async Task Size_hash_and_codebase_can_be_wrong_and_the_rest_is_as_offered()
    {
        await using var clients = await OmahaClients.StartAsync();
        var right = await clients.AskAsync(OmahaClients.Check("a"));

        clients.Server.Order(new OmahaFault.WrongSize { By = -100 });
        (await clients.AskAsync(OmahaClients.Check("a"))).Should().BeEquivalentTo(new { right.Urls, right.Version, Size = right.Size - 100, right.Hash });
        clients.Server.Order(new OmahaFault.WrongHash());
        var wrong = await clients.AskAsync(OmahaClients.Check("a"));
        wrong.Should().BeEquivalentTo(new { right.Urls, right.Version, right.Size });
        Convert.FromBase64String(wrong.Hash!).Should().HaveCount(32).And.NotEqual(Convert.FromBase64String(right.Hash!));
        clients.Server.Order(new OmahaFault.WrongCodebase { To = "http://127.0.0.1:1/elsewhere/" });
        (await clients.AskAsync(OmahaClients.Check("a"))).Should().BeEquivalentTo(new { Urls = new[] { "http://127.0.0.1:1/elsewhere/update.gz" }, right.Version, right.Size, right.Hash });
    }

    [Test]
    public async Task A_fault_is_for_the_machine_the_call_and_the_times_that_were_ordered()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order(new OmahaFault.Status { Code = 500, Machine = "a", Times = 2 }, new OmahaFault.Status { Code = 502, Call = OmahaCall.Report });

        (await clients.PostAsync(OmahaClients.Check("b"))).Status.Should().Be(200);
        (await clients.PostAsync(OmahaClients.Check("a"))).Status.Should().Be(500);
        (await clients.PostAsync(OmahaClients.Report("a", """<event eventtype="13" eventresult="1"/>"""))).Status.Should().Be(502);
        (await clients.PostAsync(OmahaClients.Check("a"))).Status.Should().Be(500);
        (await clients.PostAsync(OmahaClients.Check("a"))).Status.Should().Be(200);
    }

    [Test]
    public async Task Two_versions_alternate_for_each_machine()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order([new OmahaFault.Flip { With = "another" }], new Dictionary<string, OmahaOffer> { ["another"] = OmahaClients.Update with { Version = "4200.0.0" } });

        var told = new List<string?>();
        foreach (var machine in new[] { "a", "b", "a", "a", "b", "a" })
            told.Add($"{machine} {(await clients.AskAsync(OmahaClients.Check(machine))).Version}");

        told.Should().Equal("a 4100.0.0", "b 4100.0.0", "a 4200.0.0", "a 4100.0.0", "b 4200.0.0", "a 4200.0.0");
    }

    [Test]
    public async Task A_flip_to_what_is_not_offered_is_refused()
    {
        await using var clients = await OmahaClients.StartAsync();

        clients.Server.Invoking(server => server.Order(new OmahaFault.Flip { With = "another" })).Should().Throw<ArgumentException>().WithMessage("there is no offer of another to flip to*");
    }

    [Test]
    public async Task Only_the_first_machines_that_ask_are_offered_an_update_when_the_rollout_is_for_some()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order(new OmahaFault.Rollout { Machines = 2 });

        var told = new List<string>();
        foreach (var machine in new[] { "a", "b", "c", "a", "c" })
            told.Add($"{machine} {(await clients.AskAsync(OmahaClients.Check(machine))).Version ?? "nothing"}");

        told.Should().Equal("a 4100.0.0", "b 4100.0.0", "c nothing", "a 4100.0.0", "c nothing");
    }

    [Test]
    public async Task Faults_of_one_answer_act_together()
    {
        await using var clients = await OmahaClients.StartAsync();
        var right = await clients.AskAsync(OmahaClients.Check("a"));
        clients.Server.Order(new OmahaFault.WrongSize { By = 7 }, new OmahaFault.WrongCodebase { To = "http://127.0.0.1:1/" });

        (await clients.AskAsync(OmahaClients.Check("a"))).Should().BeEquivalentTo(new { Urls = new[] { "http://127.0.0.1:1/update.gz" }, Size = right.Size + 7, right.Hash });
    }

    [Test]
    public async Task A_server_that_is_down_answers_nobody_and_still_records_what_was_asked()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order(new OmahaFault.Down());

        await clients.Awaiting(asked => asked.PostAsync(OmahaClients.Check("a"))).Should().ThrowAsync<HttpRequestException>();

        (await clients.AnsweredAsync(1))[0].Should().BeEquivalentTo(new { Status = (int?)null, Ending = RequestEnding.Reset, Faults = new[] { "down" }, Reports = new[] { new { Machine = "a", Answer = (OmahaAnswer?)null } } });
    }

    [Test]
    public async Task A_slow_answer_comes_no_sooner_than_it_was_ordered()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order(new OmahaFault.Slow { By = TimeSpan.FromMilliseconds(300) });
        var begun = TimeProvider.System.GetTimestamp();

        (await clients.AskAsync(OmahaClients.Check("a"))).Version.Should().Be("4100.0.0");

        TimeProvider.System.GetElapsedTime(begun).Should().BeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    [Test]
    public async Task Stopping_ends_slow_answers()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Order(new OmahaFault.Slow { By = TimeSpan.FromMinutes(5) });
        var asked = clients.AskAsync(OmahaClients.Check("a"));
        await clients.Server.WaitUntilAsync(server => server.Machine("a") is not null, CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));

        await clients.Server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        await asked.Awaiting(task => task).Should().ThrowAsync<HttpRequestException>();
        (await clients.AnsweredAsync(1))[0].Ending.Should().Be(RequestEnding.Stopped);
    }
}
