using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using FluentAssertions;
using Kola.Servers;
using Kola.Servers.Payloads;
using NUnit.Framework;

namespace Kola.Tests.Servers.Payloads;

/// <summary>What each fault does to what a client gets.</summary>
internal sealed class PayloadFaultTests
{
    [Test]
    public async Task A_bit_flip_changes_one_bit_where_it_is_told_to()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.BitFlip { At = Extent.OfPercent(50), Path = "*.usr.*" });

        var got = await release.BytesAsync(ReleaseServer.Artifact);

        var changed = got.Zip(ReleaseServer.Content).Index().Where(pair => pair.Item.First != pair.Item.Second).ToArray();
        changed.Should().ContainSingle().Which.Index.Should().Be(150_000);
        byte.PopCount((byte)(changed[0].Item.First ^ changed[0].Item.Second)).Should().Be(1);
        (await release.EndedAsync()).Faults.Should().Equal("bit-flip at 50%");
        (await release.TextAsync("SHA256SUMS")).Should().Be("sums of 2\n", "the fault is for other files");
    }

    [Test]
    public async Task A_random_place_is_the_same_for_the_same_seed_and_in_every_range()
    {
        async Task<string> DigestAsync(long seed)
        {
            await using var release = await ReleaseServer.StartAsync(seed, TimeProvider.System, new PayloadFault.BitFlip { At = Extent.Anywhere });
            var whole = await release.BytesAsync(ReleaseServer.Artifact);
            using var request = new HttpRequestMessage(HttpMethod.Get, ReleaseServer.Artifact) { Headers = { Range = new(0, 299_998) } };
            using var response = await release.Client.SendAsync(request);
            (await response.Content.ReadAsByteArrayAsync()).Should().Equal(whole[..299_999]);
            whole.Should().NotEqual(ReleaseServer.Content);
            return Convert.ToHexString(SHA256.HashData(whole));
        }

        (await DigestAsync(1)).Should().Be(await DigestAsync(1)).And.NotBe(await DigestAsync(2));
    }

    [Test]
    public async Task A_truncated_file_says_that_it_is_that_short()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Truncate { After = Extent.OfBytes(70_000) });

        (await release.BytesAsync(ReleaseServer.Artifact)).Should().Equal(ReleaseServer.Content[..70_000]);
    }

    [Test]
    public async Task A_wrong_length_promises_more_than_comes()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.WrongLength { By = new(10) });
        using var response = await release.GetAsync(ReleaseServer.Artifact, HttpCompletionOption.ResponseHeadersRead);

        response.Content.Headers.ContentLength.Should().Be(300_010);
        await response.Content.Awaiting(content => content.ReadAsByteArrayAsync()).Should().ThrowAsync<HttpRequestException>();
        (await release.EndedAsync()).Should().BeEquivalentTo(new { BytesSent = 300_000L, Ending = RequestEnding.Incomplete });
    }

    [Test]
    public async Task A_reset_comes_after_the_bytes_it_is_told_to()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Reset { After = Extent.OfBytes(100_000) });
        using var response = await release.GetAsync(ReleaseServer.Artifact, HttpCompletionOption.ResponseHeadersRead);

        await response.Content.Awaiting(content => content.ReadAsByteArrayAsync()).Should().ThrowAsync<HttpRequestException>();

        (await release.EndedAsync()).Should().BeEquivalentTo(new { BytesSent = 100_000L, Ending = RequestEnding.Reset });
    }

    [Test]
    public async Task A_stall_lasts_until_the_client_leaves()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Stall { After = Extent.OfBytes(100_000) });
        var response = await release.GetAsync(ReleaseServer.Artifact, HttpCompletionOption.ResponseHeadersRead);
        await release.Server.WaitForServedAsync("*", Extent.OfBytes(100_000), CancellationToken.None);
        release.Server.Requests.Should().ContainSingle().Which.Ending.Should().Be(RequestEnding.Open);

        response.Dispose();

        (await release.EndedAsync()).Should().BeEquivalentTo(new { BytesSent = 100_000L, Ending = RequestEnding.ClientLeft });
    }

    [Test]
    public async Task A_stall_with_an_end_goes_on()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Stall { After = Extent.OfBytes(1), For = TimeSpan.FromMilliseconds(300) });
        var clock = TimeProvider.System.GetTimestamp();

        (await release.BytesAsync(ReleaseServer.Artifact)).Should().Equal(ReleaseServer.Content);

        TimeProvider.System.GetElapsedTime(clock).Should().BeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    [Test]
    public async Task A_throttle_bounds_the_speed()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Throttle { Rate = new(600_000) });
        var clock = TimeProvider.System.GetTimestamp();

        (await release.BytesAsync(ReleaseServer.Artifact)).Should().Equal(ReleaseServer.Content);

        // Half a second's worth; the first burst comes at once, and timers may fire a little early.
        TimeProvider.System.GetElapsedTime(clock).Should().BeGreaterThan(TimeSpan.FromMilliseconds(350));
    }

    [Test]
    public async Task A_status_is_for_the_first_requests_only_when_it_says_so()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Status { Code = 500, Times = 1 }, new PayloadFault.Status { Code = 503, Times = 2 });
        var statuses = new List<HttpStatusCode>();

        for (var request = 0; request < 3; request++)
        {
            using var response = await release.GetAsync("SHA256SUMS");
            statuses.Add(response.StatusCode);
        }

        statuses.Should().Equal(HttpStatusCode.InternalServerError, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK);
    }

    [Test]
    public async Task A_redirect_sends_elsewhere()
    {
        await using var release = await ReleaseServer.StartAsync(new PayloadFault.Redirect { To = "/old", Path = "SHA256SUMS" });

        using var response = await release.GetAsync("SHA256SUMS");

        response.StatusCode.Should().Be(HttpStatusCode.Redirect);
        response.Headers.Location.Should().Be(new Uri("/old", UriKind.Relative));
    }

    [Test]
    public async Task Other_content_stands_under_the_same_name_and_further_faults_act_on_it()
    {
        await using var release = await ReleaseServer.StartAsync();
        release.Offer(
            new Dictionary<string, string> { ["SHA256SUMS"] = release["old"] },
            new PayloadFault.Swap { With = ReleaseServer.Older },
            new PayloadFault.Rewrite { Content = "<html>", Path = ReleaseServer.Artifact },
            new PayloadFault.Truncate { After = Extent.OfBytes(3), Path = ReleaseServer.Artifact });

        (await release.TextAsync("SHA256SUMS")).Should().Be("sums of 1\n");
        (await release.TextAsync(ReleaseServer.Artifact)).Should().Be("<ht");
        release.Server.Requests[1].Faults.Should().Equal("as of os:1", "rewritten", "truncate after 3 bytes");
    }

    [Test]
    public async Task A_foreign_signature_is_served_under_the_name_of_the_releases_own()
    {
        await using var release = await ReleaseServer.StartAsync();
        release.Server.Offer(new()
        {
            Folder = Path.GetDirectoryName(release["SHA256SUMS"])!,
            Files = ["SHA256SUMS"],
            Faults = [new PayloadFault.ForeignSignature { Path = "SHA256SUMS" }],
            ForeignSignatures = new Dictionary<string, byte[]> { ["SHA256SUMS"] = "by another key"u8.ToArray() },
        });

        (await release.TextAsync("SHA256SUMS")).Should().Be("by another key");
    }

    [Test]
    public async Task A_foreign_signature_holds_but_by_a_key_that_is_not_known()
    {
        using var folder = new TemporaryFolder();
        var manifest = folder.Write("SHA256SUMS", "sums\n");
        var signature = folder.Write("SHA256SUMS.gpg", await ForeignSignature.SignAsync(manifest, CancellationToken.None));

        using var gpg = Process.Start(new ProcessStartInfo("gpg", ["--homedir", folder.Path, "--batch", "--no-tty", "--verify", signature, manifest]) { RedirectStandardError = true })!;
        var said = await gpg.StandardError.ReadToEndAsync();
        await gpg.WaitForExitAsync();

        gpg.ExitCode.Should().Be(2);
        said.Should().Contain("EDDSA").And.Contain("No public key");
    }
}
