using System.Net;
using System.Net.Sockets;
using Kola.Machines.Provisioning;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Kola.Machines.Ssh;

/// <summary>Makes the connection to a guest that may not be up yet. README.md tells why it goes about it this way.</summary>
internal sealed class SshConnector(SshTarget target, AccessKey key, IReadOnlyList<string> users, HostKeyPin hostKey, TimeProvider time)
{
    /// <summary>How often the host looks at the link. QEMU answers; the guest notices nothing.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long to believe a link that looks down: a driver that never sets the filter must not shut Kola out.</summary>
    private static readonly TimeSpan BlindInterval = TimeSpan.FromSeconds(15);

    /// <summary>How long to wait for a guest that tells of itself to tell of its SSH server: it may listen by another name.</summary>
    private static readonly TimeSpan AnnouncementPatience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AddressDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>After a refused connection. A reset from a closed port costs the guest next to nothing.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an accepted connection may take to its end: emulated guests need seconds for a handshake.</summary>
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(60);

    /// <summary>Refusals of each user before the key counts as refused for good; <see langword="null"/>: never, as provisioning may still be writing it, pam_nologin may still stand, and whoever waits has a bound.</summary>
    internal int? Refusals { get; init; }

    /// <summary>Who is tried; stays with the first who was let in.</summary>
    public string User => users[tried % users.Count];

    private int tried;

    /// <summary>It said nothing once when it should have: it is knocked at from then on.</summary>
    private bool distrusted;

    /// <summary>The last thing seen, for the message of whoever gives up.</summary>
    public string LastState { get; private set; } = "no attempt made";

    /// <summary>Tries until the guest answers, refuses for good, or the token ends it.</summary>
    /// <exception cref="SshRefusedException">The key is not accepted.</exception>
    /// <exception cref="HostKeyChangedException">Another host key than the pinned one.</exception>
    public async Task<SshClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var refusals = 0;
        var unanswered = 0;
        LastState = "the first attempt is under way";
        while (true)
        {
            await LinkUpAsync(cancellationToken);
            await AnnouncedAsync(cancellationToken);
            var endPoint = await target.EndPointAsync(cancellationToken);
            var attempt = await AttemptAsync(endPoint, SynPatience(unanswered), cancellationToken);
            if (attempt.Client is { } client)
            {
                LastState = $"connected to {endPoint}";
                return client;
            }

            if (attempt.Failure is OperationCanceledException)
            {
                unanswered++;
                LastState = "the guest's interface is up, its SSH port does not answer";
                continue;
            }

            LastState = $"{endPoint} answered: {attempt.Failure!.Message}";
            if (attempt.Failure is SshAuthenticationException refused)
            {
                var told = new SshRefusedException(target.Name, string.Join(", ", users), key.PrivateKeyPath, refused);
                if (++refusals >= Refusals * users.Count)
                    throw told;
                LastState = $"{told.Message} (refused {refusals} times)";
                tried++;
            }

            await Task.Delay(RetryInterval * (1 << Math.Min(refusals, 5)), time, cancellationToken);
        }
    }

    /// <summary>One connection: a client, or why there is none.</summary>
    private async Task<(SshClient? Client, Exception? Failure)> AttemptAsync(IPEndPoint endPoint, TimeSpan patience, CancellationToken cancellationToken)
    {
        var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string? changed = null;
        var client = NewClient(endPoint, offered => changed = offered);
        // The watch ends the attempt when the guest does not answer it, and itself when the attempt ends.
        var watch = WatchAsync(attempt, patience);
        try
        {
            await OpenAsync(client, attempt.Token);
            var opened = client;
            client = null;
            return (opened, null);
        }
        catch (Exception e) when (e is SshException or SocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return changed is null ? (null, e) : throw new HostKeyChangedException(target.Name, hostKey.Pinned!, changed);
        }
        finally
        {
            client?.Dispose();
            await attempt.CancelAsync();
            await watch;
            attempt.Dispose();
        }
    }

    /// <summary>SSH.NET blocks in key exchange and authentication, and heeds no token there.</summary>
    private static async Task OpenAsync(SshClient client, CancellationToken cancellationToken)
    {
        var opening = Task.Run(() => client.ConnectAsync(cancellationToken), cancellationToken);
        try
        {
            await opening.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The caller disposes the client, which ends the attempt; its failure then is of no interest.
            _ = opening.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    /// <summary>A connection before the interface is up would wait for QEMU's retransmissions (6 s, 18 s, 42 s) and come back when it harms.</summary>
    private async Task LinkUpAsync(CancellationToken cancellationToken)
    {
        if (target.Link is not { } link || await link.IsUpAsync(cancellationToken))
            return;
        LastState = "the guest has not brought its network interface up";
        var started = time.GetTimestamp();
        while (!await link.IsUpAsync(cancellationToken) && time.GetElapsedTime(started) < BlindInterval)
            await Task.Delay(LookInterval, time, cancellationToken);
        // An address takes a moment, too; a connection before it is lost as well.
        await Task.Delay(AddressDelay, time, cancellationToken);
    }

    /// <summary>Where the guest itself says when it listens, nobody knocks before.</summary>
    private async Task AnnouncedAsync(CancellationToken cancellationToken)
    {
        if (target.AnnouncedAsync is not { } announced || distrusted)
            return;
        using var patience = new CancellationTokenSource(AnnouncementPatience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            LastState = "the guest has not said that its SSH server listens";
            await announced(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            distrusted = true;
        }
    }

    /// <summary>How long a connection may stay unanswered by the guest before another has better prospects.</summary>
    private static TimeSpan SynPatience(int unanswered) => TimeSpan.FromMilliseconds(Math.Min(400 << Math.Min(unanswered, 3), 1000));

    private async Task WatchAsync(CancellationTokenSource attempt, TimeSpan patience)
    {
        if (target.Link is not { } link)
            return;
        try
        {
            var wasUp = await link.IsUpAsync(attempt.Token);
            var started = time.GetTimestamp();
            while (!await link.HasAcceptedAsync(attempt.Token))
            {
                if (time.GetElapsedTime(started) >= patience)
                {
                    await attempt.CancelAsync();
                    return;
                }

                await Task.Delay(LookInterval, time, attempt.Token);
            }

            LastState = "the guest accepted the connection and has not finished the SSH handshake";
            // A guest that is reset meanwhile leaves a connection without another end, and a handshake that would take its full patience.
            while (wasUp && await link.IsUpAsync(attempt.Token))
                await Task.Delay(RetryInterval, time, attempt.Token);
            if (wasUp)
                await attempt.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or MachineException)
        {
            // The attempt is over, or QEMU is: the attempt itself tells which.
        }
    }

    private SshClient NewClient(IPEndPoint endPoint, Action<string> otherKeyOffered)
    {
        var keys = key.PrivateKeyPaths.Select(path => new PrivateKeyFile(path)).ToArray<IPrivateKeySource>();
        var info = new ConnectionInfo(endPoint.Address.ToString(), endPoint.Port, User, new PrivateKeyAuthenticationMethod(User, keys))
        {
            Timeout = HandshakePatience,
        };
        // The connection ends on this host. The hybrid exchange that SSH.NET would choose costs an emulated guest 0.15 s more, and Kola managed code of its own.
        info.KeyExchangeAlgorithms.SetPosition("ecdh-sha2-nistp256", 0);
        if (hostKey.Algorithm is { } pinned && info.HostKeyAlgorithms.ContainsKey(pinned))
            info.HostKeyAlgorithms.SetPosition(pinned, 0);
        var client = new SshClient(info) { KeepAliveInterval = TimeSpan.FromSeconds(5) };
        client.HostKeyReceived += (_, e) =>
        {
            var offered = $"{e.HostKeyName} SHA256:{e.FingerPrintSHA256}";
            e.CanTrust = hostKey.Accept(offered);
            if (!e.CanTrust)
                otherKeyOffered(offered);
        };
        return client;
    }
}
