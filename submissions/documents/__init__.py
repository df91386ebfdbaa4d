"""Documents made for people from what the service knows: files to download, nothing that is read back."""
