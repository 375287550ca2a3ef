using System.Net;
using System.Net.Http.Headers;
using FluentAssertions;
using Kola.Servers;
using Kola.Servers.Payloads;
using Kola.Tests.Servers.Omaha;
using NUnit.Framework;

namespace Kola.Tests.Servers.Payloads;

internal sealed class PayloadServerTests
{
    [Test]
    public async Task A_file_comes_whole_with_its_length_and_is_recorded()
    {
        await using var release = await ReleaseServer.StartAsync();

        using var response = await release.GetAsync(ReleaseServer.Artifact);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.Should().Be(ReleaseServer.Content.Length);
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(ReleaseServer.Content);
        (await release.EndedAsync()).Should().BeEquivalentTo(new
        {
            Number = 1,
            Method = "GET",
            Path = ReleaseServer.Artifact,
            Range = (string?)null,
            Status = 200,
            BytesSent = (long)ReleaseServer.Content.Length,
            Ending = RequestEnding.Complete,
        });
    }

    [Test]
    public async Task An_Omaha_server_answers_beside_it_at_its_own_path_and_keeps_its_own_log()
    {
        await using var release = await ReleaseServer.StartAsync();
        await using var clients = await OmahaClients.StartAsync();
        release.Server.AnswerBeside(clients.Server);
        using var check = new StringContent(OmahaClients.Check("a"));

        using var answer = await release.Client.PostAsync(new Uri("v1/update/", UriKind.Relative), check);
        using var file = await release.GetAsync("SHA256SUMS");

        UpdateEngineReading.Of((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync()).Version.Should().Be("4100.0.0");
        clients.Server.Requests.Should().ContainSingle();
        release.Server.Requests.Should().ContainSingle().Which.Path.Should().Be("SHA256SUMS");
    }

    [TestCase("bytes=100-199", 100, 100)]
    [TestCase("bytes=299990-", 299_990, 10)]
    [TestCase("bytes=-7", 299_993, 7)]
    [TestCase("bytes=299999-999999", 299_999, 1)]
    public async Task A_range_comes_alone(string range, int from, int length)
    {
        await using var release = await ReleaseServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, ReleaseServer.Artifact) { Headers = { Range = RangeHeaderValue.Parse(range) } };

        using var response = await release.Client.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.PartialContent);
        response.Content.Headers.ContentRange.Should().Be(new ContentRangeHeaderValue(from, from + length - 1, ReleaseServer.Content.Length));
        (await response.Content.ReadAsByteArrayAsync()).Should().Equal(ReleaseServer.Content[from..(from + length)]);
        release.Server.Requests.Should().ContainSingle().Which.Range.Should().Be(range);
    }

    [Test]
    public async Task A_range_beyond_the_end_is_refused()
    {
        await using var release = await ReleaseServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, ReleaseServer.Artifact) { Headers = { Range = RangeHeaderValue.Parse("bytes=300000-") } };

        using var response = await release.Client.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [TestCase("nothing"), TestCase(""), TestCase("old"), TestCase("..%2fsecret"), TestCase("folder/os_2.usr.raw")]
    public async Task What_is_not_a_file_of_the_release_is_missing(string path)
    {
        await using var release = await ReleaseServer.StartAsync();

        using var response = await release.GetAsync(path);

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        release.Server.Requests.Should().ContainSingle().Which.Status.Should().Be(404);
    }

    [Test]
    public async Task A_head_request_is_told_the_length_only()
    {
        await using var release = await ReleaseServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, ReleaseServer.Artifact);

        using var response = await release.Client.SendAsync(request);

        response.Content.Headers.ContentLength.Should().Be(ReleaseServer.Content.Length);
        (await release.EndedAsync()).BytesSent.Should().Be(0);
    }

    [Test]
    public async Task Nothing_is_there_before_an_offer_and_another_offer_takes_its_place()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Status { Code = 500 });
        await using var bare = await PayloadServer.StartAsync("bare", 1, TimeProvider.System, CancellationToken.None);

        (await release.Client.GetAsync(new Uri($"http://127.0.0.1:{bare.Port}/SHA256SUMS"))).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await release.GetAsync("SHA256SUMS")).StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        release.Offer();
        (await release.TextAsync("SHA256SUMS")).Should().Be("sums of 2\n");

        release.Server.Requests.Select(request => request.Status).Should().Equal(500, 200);
        release.Server.RequestsOfOffer.Select(request => request.Status).Should().Equal(200);
    }

    [Test]
    public async Task One_who_waits_for_a_share_is_told_while_the_answer_is_on_its_way()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Stall { After = Extent.OfPercent(60) });
        using var response = await release.GetAsync(ReleaseServer.Artifact, HttpCompletionOption.ResponseHeadersRead);

        var half = await release.Server.WaitForServedAsync("*.usr.*", Extent.OfPercent(50), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));

        half.Should().Be(150_000);
        release.Server.ServedOf("*.usr.*").Should().BeInRange(150_000, 180_000);
        var never = () => release.Server.WaitForServedAsync("*.usr.*", Extent.OfPercent(61), CancellationToken.None).WaitAsync(TimeSpan.FromMilliseconds(200));
        await never.Should().ThrowAsync<TimeoutException>();
    }

    [Test]
    public async Task Waiting_for_what_is_not_offered_is_an_error()
    {
        await using var release = await ReleaseServer.StartAsync();

        await release.Server.Awaiting(server => server.WaitForServedAsync("*.efi", Extent.OfPercent(1), CancellationToken.None))
            .Should().ThrowAsync<InvalidOperationException>().WithMessage("*'*.efi'*");
    }

    [Test]
    public async Task Stopping_ends_what_is_on_its_way()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Stall { After = Extent.OfBytes(10) });
        using var response = await release.GetAsync(ReleaseServer.Artifact, HttpCompletionOption.ResponseHeadersRead);
        await release.Server.WaitForServedAsync(ReleaseServer.Artifact, Extent.OfBytes(10), CancellationToken.None);

        await release.Server.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1));

        (await release.EndedAsync()).Ending.Should().Be(RequestEnding.Stopped);
    }
}
