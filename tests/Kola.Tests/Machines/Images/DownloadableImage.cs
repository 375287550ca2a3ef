using System.Security.Cryptography;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Images.Downloads;

namespace Kola.Tests.Machines.Images;

/// <summary>A server with one image, a catalog that names it, and an empty cache.</summary>
internal sealed class DownloadableImage : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly List<ImageProgress> progress = [];

    private DownloadableImage(ImageServer server)
    {
        Server = server;
        Server.Files["a.img"] = Disk;
    }

    public ImageServer Server { get; }

    public TemporaryFolder Folder { get; } = new();

    public byte[] Disk { get; } = [.. RandomNumberGenerator.GetBytes(700 << 10), .. new byte[324 << 10]];

    public static async Task<DownloadableImage> StartAsync() => new(await ImageServer.StartAsync());

    public string Entry(string file = "a.img", string? sha256 = null, string? digest = null) => $$"""
        images:
          a:
            url: {{Server.Address}}{{file}}
            {{digest ?? $"sha256: {sha256 ?? ReleaseFolder.Sha256(Server.Files.GetValueOrDefault(file, []))}"}}
            release: 1
            architecture: x86_64
            firmware: uefi
            provisioning: cloud-init
            adapter: systemd
            user: debian
        """;

    public Task<ResolvedImage> ResolveAsync(string catalog, DownloadOptions? options = null, TimeProvider? time = null, CancellationToken cancellation = default) =>
        new ImageStore(
            ImageCatalog.Load(Folder.Write($"{Guid.NewGuid()}/catalog.yaml", catalog)),
            new() { Checkout = Folder.Path, State = Folder["state"], Cache = Folder["cache"] },
            new() { Download = (options ?? new()) with { FirstPause = TimeSpan.FromMilliseconds(1) } },
            time, Http)
        .ResolveAsync("a", new Recorder(progress), cancellation);

    public List<ImageProgress> Steps()
    {
        lock (progress)
            return [.. progress];
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Folder.Dispose();
    }
}
