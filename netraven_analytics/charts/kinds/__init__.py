"""One kind of chart, one module: ``draw(frame, about)`` gives its drawing."""
