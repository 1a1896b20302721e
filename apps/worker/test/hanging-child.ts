// Stands in for an image process whose decoder never comes back.
process.on('message', () => {
  for (;;);
})
