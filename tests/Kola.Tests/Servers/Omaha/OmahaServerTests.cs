using System.Text;
using System.Xml.Linq;
using FluentAssertions;
using Kola.Servers;
using Kola.Servers.Omaha;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha;

/// <summary>The protocol, asked over HTTP.</summary>
internal sealed class OmahaServerTests
{
    [Test]
    public async Task Until_there_is_an_offer_there_is_no_update()
    {
        await using var clients = await OmahaClients.StartAsync();
        clients.Server.Offer();

        (await clients.AskAsync(OmahaClients.Check("a"))).Should().Be(new UpdateEngineReading());

        clients.Server.Offer(OmahaClients.Update);
        (await clients.AskAsync(OmahaClients.Check("a"))).Version.Should().Be("4100.0.0");
    }

    [Test]
    public async Task Machines_have_sequences_of_their_own()
    {
        await using var clients = await OmahaClients.StartAsync();

        await clients.PostAsync(OmahaClients.Check("a"));
        await clients.PostAsync(OmahaClients.Check("b", track: "beta"));
        await clients.PostAsync(OmahaClients.Report("a", """<event eventtype="13" eventresult="1"></event>"""));
        await clients.PostAsync(OmahaClients.Report("b", """<event eventtype="13" eventresult="0" errorcode="268435465"></event>"""));

        clients.Server.Machine("a")!.Events.Should().Equal(new OmahaEvent.Check(), new OmahaEvent.DownloadStarted());
        clients.Server.Machine("b")!.Events.Should().Equal(new OmahaEvent.Check(), new OmahaEvent.Error(9));
        clients.Server.Machine("c").Should().BeNull();
        clients.Server.Machines.Select(machine => machine.Id).Should().Equal("a", "b");
    }

    [Test]
    public async Task An_answer_has_a_status_for_each_thing_that_was_asked()
    {
        var time = new FakeTimeProvider(new(2030, 1, 1, 0, 1, 40, TimeSpan.Zero));
        await using var clients = await OmahaClients.StartAsync(time);

        var response = XDocument.Parse(Encoding.UTF8.GetString((await clients.PostAsync(OmahaClients.Check("a", app: $"{{{OmahaApp.Flatcar.ToUpperInvariant()}}}"))).Body)).Root!;

        response.Attribute("protocol")!.Value.Should().Be("3.0");
        response.Element("daystart")!.Attribute("elapsed_seconds")!.Value.Should().Be("100");
        var app = response.Element("app")!;
        app.Attribute("appid")!.Value.Should().Be($"{{{OmahaApp.Flatcar.ToUpperInvariant()}}}", "a client may look its own id up");
        app.Elements().Select(element => $"{element.Name} {element.Attribute("status")!.Value}").Should().Equal("ping ok", "updatecheck ok", "event ok");
    }

    [Test]
    public async Task A_client_with_several_packages_is_told_all_of_them_and_the_first_is_the_payload()
    {
        var extra = new OmahaPackage("oem-azure.gz", 77, new('a', 64), "c2hhMQ==");
        await using var clients = await OmahaClients.StartAsync(null, OmahaClients.Update with { Packages = [OmahaClients.Payload, extra] });

        var body = (await clients.PostAsync(OmahaClients.Check("a"))).Body;

        XDocument.Parse(Encoding.UTF8.GetString(body)).Descendants("package")
            .Select(package => string.Join(' ', new[] { "name", "size", "hash", "hash_sha256" }.Select(name => package.Attribute(name)!.Value)))
            .Should().Equal($"update.gz 12345678 {OmahaClients.Payload.Sha1} {OmahaClients.Payload.Sha256}", $"oem-azure.gz 77 c2hhMQ== {extra.Sha256}");
        UpdateEngineReading.Of(200, body).Should().BeEquivalentTo(new { Size = 12_345_678, Urls = new[] { "http://127.0.0.1:8899/pay/update.gz" } });
    }

    [Test]
    public async Task One_request_may_be_for_several_applications()
    {
        var other = OmahaClients.Update with { App = "other-app", Version = "7.1.0" };
        await using var clients = await OmahaClients.StartAsync(null, OmahaClients.Update, other);

        await clients.PostAsync($"""
            <request protocol="3.0"><app appid="{OmahaApp.Flatcar}" version="4000.0.0" machineid="a"><updatecheck/></app>
            <app appid="OTHER-APP" version="7.0.0" machineid="a"><event eventtype="3" eventresult="2" previousversion="6.0.0"/><updatecheck/></app></request>
            """);

        (await clients.AnsweredAsync(1))[0].Reports.Select(report => (report.Offered, report.Events[0])).Should().Equal(("4100.0.0", new OmahaEvent.Check()), ("7.1.0", new OmahaEvent.Updated("6.0.0")));
    }

    [Test]
    public async Task A_ping_alone_is_counted_and_answered()
    {
        await using var clients = await OmahaClients.StartAsync();

        var (status, body) = await clients.PostAsync(OmahaClients.Report("a", """<ping active="1"></ping>"""));

        (status, Encoding.UTF8.GetString(body)).Should().Match<(int Status, string Text)>(answer => answer.Status == 200 && answer.Text.Contains("<ping status=\"ok\" />"));
        clients.Server.Machine("a").Should().BeEquivalentTo(new { Pings = 1, Events = new[] { new OmahaEvent.Ping() } });
    }

    [Test]
    public async Task Each_answer_is_told_when_it_has_ended_with_all_that_is_known_of_it()
    {
        var time = new FakeTimeProvider(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var clients = await OmahaClients.StartAsync(time);
        var told = new TaskCompletionSource<OmahaRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        clients.Server.Answered += request => told.TrySetResult(request);

        await clients.PostAsync(OmahaClients.Check("a"));

        (await told.Task.WaitAsync(TimeSpan.FromMinutes(1))).Should().BeEquivalentTo(new
        {
            Number = 1,
            At = time.GetUtcNow(),
            AnsweredAt = time.GetUtcNow(),
            Method = "POST",
            Path = "/v1/update/",
            Status = 200,
            Refusal = (string?)null,
            Ending = RequestEnding.Complete,
            Reports = new[] { new { Machine = "a", Version = "4000.0.0", Group = "stable", BootId = "b", Check = true, Ping = true, Answer = OmahaAnswer.Offered, Offered = "4100.0.0" } },
        });
    }

    [Test]
    public async Task Of_many_that_report_at_once_none_is_lost()
    {
        await using var clients = await OmahaClients.StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => clients.PostAsync(OmahaClients.Check($"n{number % 10}"))));

        clients.Server.Machines.Should().HaveCount(10).And.OnlyContain(machine => machine.Events.Count == 4);
        (await clients.AnsweredAsync(40)).Select(request => request.Number).Should().Equal(Enumerable.Range(1, 40));
    }

    [TestCase("0 packages")]
    [TestCase("101 %")]
    [TestCase("NaN %")]
    public async Task An_offer_that_makes_no_sense_is_refused(string what)
    {
        await using var clients = await OmahaClients.StartAsync();
        var offer = what == "0 packages" ? OmahaClients.Update with { Packages = [] } : OmahaClients.Update with { Percent = double.Parse(what.Split(' ')[0]) };

        clients.Server.Invoking(server => server.Offer(offer)).Should().Throw<ArgumentException>().WithMessage("the offer of version 4100.0.0 *; expected *");
    }
}
