using System.Text;
using FluentAssertions;
using Kola.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha;

/// <summary>Requests that are no client's.</summary>
internal sealed class OmahaHostileRequestTests
{
    private const string Bomb = """
        <?xml version="1.0"?><!DOCTYPE request [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
        <request protocol="3.0"><app appid="&c;" machineid="m" version="1"><updatecheck/></app></request>
        """;

    private const string External = """
        <!DOCTYPE request [<!ENTITY file SYSTEM "file:///etc/passwd">]><request protocol="3.0"><app appid="a" machineid="&file;" version="1"/></request>
        """;

    [TestCase(Bomb, "*document type*")]
    [TestCase(External, "*document type*")]
    [TestCase("", "*not XML*")]
    [TestCase("{}", "*not XML*")]
    [TestCase("<request protocol=\"3.0\"><app appid=\"a\"", "*not XML*")]
    [TestCase("<request protocol=\"3.0\"><app appid=\"a\" machineid=\"m\" version=\"1\"/></request><more/>", "*not XML*")]
    [TestCase("<response protocol=\"3.0\"/>", "the root element is response; expected request*")]
    [TestCase("<request protocol=\"2.0\"/>", "request has protocol \"2.0\"; expected 3.0*")]
    [TestCase("<request/>", "request has protocol \"\"; expected 3.0*")]
    [TestCase("<request protocol=\"3.0\"><os/></request>", "request has no app; expected at least one*")]
    [TestCase("<request protocol=\"3.0\"><app appid=\"a\" version=\"1\"/></request>", "app has no machineid; expected one that is not empty*")]
    [TestCase("<request protocol=\"3.0\"><app appid=\"a\" machineid=\"m\"><event eventtype=\"x\" eventresult=\"1\"/></app></request>", "event has eventtype \"x\"; expected a number*")]
    [TestCase("<request protocol=\"3.0\"><app appid=\"a\" machineid=\"m\"><event eventtype=\"3\"/></app></request>", "event has eventresult \"\"; expected a number*")]
    [TestCase("<request protocol=\"3.0\"><app appid=\"a\" machineid=\"m\"><event eventtype=\"3\" eventresult=\"0\" errorcode=\"99999999999\"/></app></request>", "event has errorcode \"99999999999\"*")]
    public async Task It_is_refused_and_the_answer_says_why(string body, string why)
    {
        await using var clients = await OmahaClients.StartAsync();

        var (status, text) = await clients.PostAsync(body);

        status.Should().Be(400);
        Encoding.UTF8.GetString(text).Should().Match(why);
        (await clients.AnsweredAsync(1))[0].Should().Match<OmahaRequest>(request => request.Status == 400 && request.Refusal != null && request.Reports.Count == 0);
        clients.Server.Machines.Should().BeEmpty();
    }

    [Test]
    public async Task More_than_a_mebibyte_is_refused_and_the_server_goes_on()
    {
        await using var clients = await OmahaClients.StartAsync();

        (await clients.PostAsync(OmahaClients.Check(new string('m', 1024 * 1024)))).Status.Should().Be(413);
        (await clients.PostAsync(OmahaClients.Check(new string('m', 1024 * 1023)))).Status.Should().Be(200);

        (await clients.AnsweredAsync(2))[0].Refusal.Should().Be("the request has more than 1048576 bytes");
    }

    [Test]
    public async Task Whoever_sends_far_too_much_hears_that_it_was_too_much()
    {
        await using var clients = await OmahaClients.StartAsync();

        // More than any buffer of a connection holds: a server that answers before it has read lets the client's write fail.
        for (var turn = 0; turn < 5; turn++)
            (await clients.PostAsync(OmahaClients.Check(new string('m', 24 * 1024 * 1024)))).Status.Should().Be(413);
    }

    [TestCase("/v1/update/", "GET", 405)]
    [TestCase("/v1/update/", "PUT", 405)]
    [TestCase("/v1/updates", "POST", 404)]
    [TestCase("/", "POST", 404)]
    [TestCase("/v1/update", "POST", 200)]
    public async Task Only_what_is_posted_to_the_update_path_is_read(string path, string method, int status)
    {
        await using var clients = await OmahaClients.StartAsync();

        (await clients.PostAsync(OmahaClients.Check("a"), path, new(method))).Status.Should().Be(status);
    }

    [Test]
    public async Task What_a_newer_client_says_besides_is_passed_over()
    {
        await using var clients = await OmahaClients.StartAsync();

        var read = await clients.AskAsync("""
            <request protocol="3.1" more="1"><hw ram="4"/><app appid="e96281a6-d1af-4bde-9a0a-97b76e56dc57" machineid="a" version="1.0.0" x="y"><data><event eventtype="3" eventresult="1"/></data>
            <updatecheck targetversionprefix="4"/><more><app/></more></app><!-- more --></request>
            """);

        read.Version.Should().Be("4100.0.0");
        clients.Server.Machine("a")!.Events.Should().Equal(new OmahaEvent.Check());
    }
}
