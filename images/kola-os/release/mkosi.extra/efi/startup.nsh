@echo -off
# The firmware could start nothing else: systemd-boot left when it could not load the kernel it chose, having counted the try.
# Another start uses up the next try, until the other release is chosen. Only firmware with the EFI shell comes here.
reset
